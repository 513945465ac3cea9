// The detail pages opened last, shown by an empty search. Only this browser has the list; signing out clears it.
import { recall, remember } from "../shared/settings.js";

const MAX_SHOWN = 6;
// dashboards at several base paths of one host have a list each
const KEY = `recent:${document.querySelector("a.brand")?.pathname ?? "/"}`;

function read() {
  try {
    const pages = JSON.parse(recall(KEY) ?? "[]");
    return pages.filter(({ path }) => path.startsWith("/") && path !== location.pathname);
  } catch {
    return [];
  }
}

function add(crumbs) {
  const [label, ...above] = [...crumbs.querySelectorAll("li")].map((item) => item.textContent.trim()).reverse();
  const page = { path: location.pathname, label, note: above.reverse().join(" / ") };
  remember(KEY, JSON.stringify([page, ...read()].slice(0, MAX_SHOWN + 1)));
}

function show() {
  const found = document.getElementById("found");
  const pages = read().slice(0, MAX_SHOWN);
  if (!found || found.dataset.q.trim() || found.querySelector("[data-recent]") || !pages.length) return;
  const group = document.getElementById("recent").content.cloneNode(true).firstElementChild;
  const list = group.querySelector("ul");
  const row = list.firstElementChild;
  for (const { path, label, note } of pages) {
    const item = row.cloneNode(true);
    item.querySelector("a").href = path;
    item.querySelector("a").title = `${label}, ${note}`;
    [item.querySelector("bdi").textContent, item.querySelector(".soft").textContent] = [label, note];
    list.append(item);
  }
  row.remove();
  found.querySelector("section").before(group);
}

const crumbs = document.querySelector("nav.crumbs");
if (crumbs) add(crumbs);
show();
document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-forget-recent]")) remember(KEY, "[]");
});
document.addEventListener("htmx:after:swap", show);
