// form[data-filter]: the list follows the typing. The page's URL changes with it, so that it can be shared, and #live polls the new one.
const PAUSE_MS = 250;
let timer = null;

function apply(form) {
  clearTimeout(timer);
  const live = document.getElementById("live");
  const url = new URL(form.action);
  url.search = "";
  for (const [name, value] of new FormData(form)) if (value !== "") url.searchParams.append(name, value);
  const shown = url.pathname + url.search;
  if (shown === location.pathname + location.search) return;
  history.replaceState(null, "", shown);
  url.searchParams.append("partial", "1");
  live.setAttribute("data-hx-get", url.pathname + url.search);
  htmx.trigger(live, "refresh");
}

function usable(target) {
  const form = target.closest?.("form[data-filter]") ?? target.form;
  return form?.matches("[data-filter]") && document.querySelector("#live[data-hx-get]") && window.htmx ? form : null;
}

document.addEventListener("input", ({ target }) => {
  const form = usable(target);
  if (!form) return;
  clearTimeout(timer);
  timer = setTimeout(() => apply(form), target.matches("select, [type=checkbox], [type=radio]") ? 0 : PAUSE_MS);
});

document.addEventListener("submit", (event) => {
  const form = usable(event.target);
  if (!form) return;
  event.preventDefault();
  apply(form);
});
