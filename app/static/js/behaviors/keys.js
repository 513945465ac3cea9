// Ctrl-K and single characters click the link with that [data-key]; g and a character, the one with that [data-go].
// In a list, j and k move the focus from row to row, on the link that Enter opens; x selects the row. None works in a
// field or while a dialog is open, and single characters can be turned off (WCAG 2.1.4).
import { onChange, recall, remember } from "../shared/settings.js";

const dialog = document.getElementById("dialog");
const BUTTON_TYPES = ["checkbox", "radio", "button", "submit", "reset"].map((type) => `[type=${type}]`).join(", ");
const FIELDS = `input:not(${BUTTON_TYPES}), textarea, select, [contenteditable]:not([contenteditable=false])`;
const SINGLE = { "/": "search", "?": "keys", n: "new" };
const ROW = "table[data-rows] tbody > tr";
const LINK = ".name a";
const ROW_KEYS = { j: () => move(1), k: () => move(-1), x: select };
const GO_MS = 1500;
let singleOn = true;
let going = 0;

function shortcuts(name) {
  const keys = Object.keys(SINGLE).filter((key) => singleOn && SINGLE[key] === name);
  return [...(name === "search" ? ["Control+K", "Meta+K"] : []), ...keys].join(" ");
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

function isSearch({ altKey, ctrlKey, metaKey, shiftKey, key }) {
  return !altKey && !shiftKey && ctrlKey !== metaKey && key.toLowerCase() === "k";
}

// the link that the key leads to, after g
function place(key) {
  const wanted = key && Date.now() - going < GO_MS;
  going = !wanted && key === "g" ? Date.now() : 0;
  return wanted ? document.querySelector(`[data-go="${CSS.escape(key)}"]`) : null;
}

function move(step) {
  const rows = [...document.querySelectorAll(`#main ${ROW}`)].filter((row) => row.querySelector(LINK));
  const here = rows.indexOf(document.activeElement.closest(ROW));
  const next = here < 0 ? rows.at(step > 0 ? 0 : -1) : rows[here + step];
  next?.querySelector(LINK).focus();
}

function select() {
  document.activeElement.closest(ROW)?.querySelector("[data-select]")?.click();
}

function open(name) {
  const field = document.querySelector("#main [data-search] input[name=q]");
  if (name === "search" && field) field.select();
  else document.querySelector(`[data-key=${name}]`)?.click();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || dialog?.open || event.target.closest?.(FIELDS)) return;
  const plain = singleOn && !event.altKey && !event.ctrlKey && !event.metaKey;
  const key = plain ? event.key : null;
  const target = place(key);
  const name = isSearch(event) ? "search" : SINGLE[key];
  // after g, the key has no other meaning
  const act = target ? () => target.click() : name ? () => open(name) : ROW_KEYS[key];
  if (!act || (event.repeat && !ROW_KEYS[key])) return;
  event.preventDefault();
  act();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-keys-toggle]")) return;
  remember("keys", singleOn ? "off" : "on");
  show(!singleOn);
});

onChange("keys", (value) => show(value !== "off"));
document.addEventListener("htmx:after:swap", () => show(singleOn));
show(recall("keys") !== "off");

// on narrow screens, tabs and a selection's buttons are one line that scrolls: browsers leave a focused part as it is
// if some of it is in view
document.addEventListener("focusin", ({ target }) => {
  if (target.closest(".tabs, .selection")) target.scrollIntoView({ block: "nearest", inline: "nearest" });
});
