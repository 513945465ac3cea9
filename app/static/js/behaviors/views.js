// Saved views: named addresses of a list, in this browser. [data-views] has the list's place; its menu is made here,
// from a template outside of the live block. The fields of the list's layout, beside it, apply immediately.
import { notify } from "../shared/messages.js";
import { recall, remember } from "../shared/settings.js";

const template = document.getElementById("views");
const MOST = 50;

// pairs of a name and a query; whatever else is in the storage is ignored
function saved(menu) {
  try {
    const pairs = JSON.parse(recall(`views ${menu.dataset.views}`));
    return pairs.filter(([name, query]) => typeof name === "string" && typeof query === "string").slice(0, MOST);
  } catch {
    return [];
  }
}

function save(menu, pairs) {
  remember(`views ${menu.dataset.views}`, JSON.stringify(pairs));
  show(menu);
}

// the filter, the order and the page size, but not the page
function current(menu) {
  const query = new URLSearchParams(location.search);
  query.delete("page");
  query.set("per_page", menu.dataset.size);
  query.sort();
  return query.toString();
}

function line(menu, [name, query]) {
  const item = template.content.querySelector("li").cloneNode(true);
  const link = item.querySelector("a");
  link.href = `${menu.dataset.views}?${new URLSearchParams(query)}`;
  link.querySelector("bdi").textContent = name;
  if (query === current(menu)) link.setAttribute("aria-current", "true");
  const button = item.querySelector("button");
  button.dataset.viewDelete = name;
  button.setAttribute("aria-label", `Delete the view ${name}`);
  return item;
}

function show(menu) {
  const items = menu.querySelector(".menu-items");
  if (!items.hasChildNodes()) items.append(template.content.querySelector("div").cloneNode(true));
  items.querySelector("ul").replaceChildren(...saved(menu).map((pair) => line(menu, pair)));
}

function showAll() {
  document.querySelectorAll("[data-views]").forEach(show);
}

document.addEventListener("submit", (event) => {
  const menu = event.target.matches("[data-view-save]") && event.target.closest("[data-views]");
  if (!menu) return;
  event.preventDefault();
  const name = event.target.elements.name.value.trim();
  const others = saved(menu).filter(([other]) => other !== name);
  if (!name) return;
  if (others.length >= MOST) return notify(`A list has ${MOST} views at most. Delete one first.`, "warn");
  event.target.reset();
  save(menu, [...others, [name, current(menu)]].sort(([a], [b]) => a.localeCompare(b)));
  const where = document.querySelector("meta[name=preferences]") ? "your account" : "this browser";
  notify(`Saved the view ${name} in ${where}.`);
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-view-delete]");
  const menu = button?.closest("[data-views]");
  if (menu) save(menu, saved(menu).filter(([name]) => name !== button.dataset.viewDelete));
});

document.addEventListener("change", ({ target }) => {
  if (target.form?.id === "layout") target.form.requestSubmit();
});

document.addEventListener("htmx:after:swap", showAll);
addEventListener("storage", showAll);
showAll();
