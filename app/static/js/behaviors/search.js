// [data-search]: the arrow keys move through the results and Enter opens one. In the field, Enter opens the first
// result, as soon as the results belong to what is typed.
import { describe } from "../shared/failures.js";

let openFirst = false;

const field = (area) => area.querySelector("input[name=q]");
const results = (area) => [...area.querySelectorAll("[data-hit]")];
const upToDate = (area) => document.getElementById("found").dataset.q === field(area).value;

function open(area) {
  openFirst = false;
  results(area)[0]?.click();
}

function move(area, step) {
  const stops = [field(area), ...results(area)];
  const position = stops.indexOf(document.activeElement);
  if (position >= 0) stops[Math.max(0, Math.min(stops.length - 1, position + step))].focus();
}

function report(text) {
  document.getElementById("found-note").textContent = text;
}

function types(event) {
  return (event.key.length === 1 && event.key !== " ") || event.key === "Backspace";
}

document.addEventListener("keydown", (event) => {
  const area = event.target.closest?.("[data-search]");
  if (!area || event.defaultPrevented || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    move(area, step);
  } else if (event.target.matches("[data-hit]") && types(event)) {
    // typing on a result continues in the field
    field(area).focus();
  }
});

document.addEventListener("submit", (event) => {
  const area = event.target.closest("[data-search]");
  if (!area || !window.htmx) return;
  event.preventDefault();
  if (upToDate(area)) return open(area);
  openFirst = true;
  htmx.trigger(field(area), "seek");
});

document.addEventListener("input", ({ target }) => {
  if (target.closest("[data-search]")) openFirst = false;
});

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (ctx.target?.id !== "found" || ctx.response.status < 400) return;
  event.preventDefault();
  report(`${describe(ctx.response)} Reload the page and try again.`);
});

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (ctx?.target?.id === "found") report("The dashboard isn't responding.");
});

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const area = document.getElementById("found")?.closest("[data-search]");
  if (!area || ctx.target?.id !== "found") return;
  const query = new URLSearchParams({ q: field(area).value });
  if (area.closest("#main")) history.replaceState(null, "", `?${query}`);
  if (openFirst && upToDate(area)) open(area);
});
