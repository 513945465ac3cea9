// Ctrl-K, / and ? click the link with that [data-key], except in a field or while a dialog is open. Shortcuts of a
// single character can be turned off (WCAG 2.1.4).
import { onChange, recall, remember } from "../shared/settings.js";

const dialog = document.getElementById("dialog");
const BUTTON_TYPES = ["checkbox", "radio", "button", "submit", "reset"].map((type) => `[type=${type}]`).join(", ");
const FIELDS = `input:not(${BUTTON_TYPES}), textarea, select, [contenteditable]:not([contenteditable=false])`;
const SINGLE = { "/": "search", "?": "keys" };
let singleOn = true;

function shortcuts(name) {
  const single = Object.keys(SINGLE).filter((key) => singleOn && SINGLE[key] === name);
  return [...(name === "search" ? ["Control+K", "Meta+K"] : []), ...single].join(" ");
}

function show(on) {
  singleOn = on;
  for (const button of document.querySelectorAll("[data-keys-toggle]")) {
    button.setAttribute("aria-pressed", String(on));
    button.querySelector("[data-keys-label]").textContent = on ? "on" : "off";
  }
  for (const line of document.querySelectorAll("[data-single-key]")) line.classList.toggle("off", !on);
  for (const link of document.querySelectorAll("[data-key]")) {
    link.setAttribute("aria-keyshortcuts", shortcuts(link.dataset.key));
  }
}

function shortcut(event) {
  if (event.altKey) return null;
  if (event.ctrlKey !== event.metaKey) return event.key.toLowerCase() === "k" && !event.shiftKey ? "search" : null;
  return singleOn && !event.ctrlKey ? SINGLE[event.key] : null;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.repeat) return;
  if (dialog?.open || event.target.closest?.(FIELDS)) return;
  const name = shortcut(event);
  if (!name) return;
  event.preventDefault();
  const field = document.querySelector("#main [data-search] input[name=q]");
  if (name === "search" && field) field.select();
  else document.querySelector(`[data-key=${name}]`)?.click();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-keys-toggle]")) return;
  remember("keys", singleOn ? "off" : "on");
  show(!singleOn);
});

onChange("keys", (value) => show(value !== "off"));
document.addEventListener("htmx:after:swap", () => show(singleOn));
show(recall("keys") !== "off");
