// form[data-filter]: the list follows the typing. The address of the page changes with it, so that it can be shared,
// and the live block polls the new one.
import { liveBlock, showAt } from "../shared/live.js";

const PAUSE_MS = 250;
const IMMEDIATE = "select, [type=checkbox], [type=radio]";
let timer = null;

function apply(form) {
  clearTimeout(timer);
  const url = new URL(form.action);
  url.search = "";
  for (const [name, value] of new FormData(form)) {
    if (value !== "") url.searchParams.append(name, value);
  }
  const address = url.pathname + url.search;
  if (address !== location.pathname + location.search) showAt(address, true);
}

function filterForm(target) {
  const form = target.closest?.("form[data-filter]") ?? target.form;
  return form?.matches("[data-filter]") && liveBlock() && window.htmx ? form : null;
}

document.addEventListener("input", ({ target }) => {
  const form = filterForm(target);
  if (!form) return;
  clearTimeout(timer);
  timer = setTimeout(() => apply(form), target.matches(IMMEDIATE) ? 0 : PAUSE_MS);
});

document.addEventListener("submit", (event) => {
  const form = filterForm(event.target);
  if (!form) return;
  event.preventDefault();
  apply(form);
});
