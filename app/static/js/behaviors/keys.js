// Ctrl-K and single characters click the link with that [data-key]; g and a character, the one with that [data-go].
import { onChange, recall, remember } from "../shared/settings.js";
import { character, isForShortcut, single } from "../shared/shortcuts.js";

const SINGLE = { "/": "search", "?": "keys", n: "new" };
const GO_MS = 1500;
let going = 0;

function shortcuts(name) {
  const keys = Object.keys(SINGLE).filter((key) => single.on && SINGLE[key] === name);
  return [...(name === "search" ? ["Control+K", "Meta+K"] : []), ...keys].join(" ");
}

function show(on) {
  single.on = on;
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

// the capturing phase, because after g no other shortcut may see the key
document.addEventListener(
  "keydown",
  (event) => {
    if (!isForShortcut(event) || event.repeat) return;
    const key = character(event);
    const target = place(key);
    const name = isSearch(event) ? "search" : SINGLE[key];
    if (!target && !name) return;
    event.preventDefault();
    const field = document.querySelector("#main [data-search] input[name=q]");
    if (target) target.click();
    else if (name === "search" && field) field.select();
    else document.querySelector(`[data-key=${name}]`)?.click();
  },
  true,
);

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-keys-toggle]")) return;
  remember("keys", single.on ? "off" : "on");
  show(!single.on);
});

onChange("keys", (value) => show(value !== "off"));
document.addEventListener("htmx:after:swap", () => show(single.on));
show(recall("keys") !== "off");
