// [data-search]: arrows go through the results, Enter opens one; from the field the first, once the results are those of what stands in it.
let wanted = false;

const field = (area) => area.querySelector("input[name=q]");
const hits = (area) => [...area.querySelectorAll("[data-hit]")];
const current = (area) => document.getElementById("found").dataset.q === field(area).value;

function open(area) {
  wanted = false;
  hits(area)[0]?.click();
}

function move(area, step) {
  const stops = [field(area), ...hits(area)];
  const at = stops.indexOf(document.activeElement);
  if (at >= 0) stops[Math.max(0, Math.min(stops.length - 1, at + step))].focus();
}

document.addEventListener("keydown", (event) => {
  const area = event.target.closest?.("[data-search]");
  if (!area || event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    move(area, step);
  } else if (event.target.matches("[data-hit]") && (event.key.length === 1 && event.key !== " " || event.key === "Backspace")) {
    field(area).focus(); // what is typed goes on there
  }
});

document.addEventListener("submit", (event) => {
  const area = event.target.closest("[data-search]");
  if (!area || !window.htmx) return;
  event.preventDefault();
  if (current(area)) return open(area);
  wanted = true;
  htmx.trigger(field(area), "seek");
});

document.addEventListener("input", ({ target }) => { if (target.closest("[data-search]")) wanted = false; });

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (ctx.target?.id !== "found" || ctx.response.status < 400) return;
  event.preventDefault();
  document.getElementById("found-note").textContent = `The dashboard answered ${ctx.response.status}. Load the page again.`;
});

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (ctx?.target?.id === "found") document.getElementById("found-note").textContent = "The dashboard does not answer.";
});

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const area = document.getElementById("found")?.closest("[data-search]");
  if (!area || ctx.target?.id !== "found") return;
  if (area.closest("#main")) history.replaceState(null, "", `/search?${new URLSearchParams({ q: field(area).value })}`);
  if (wanted && current(area)) open(area);
});
