// Ctrl-K, / and ? press the link with that [data-key]; never in a field, never with a dialog open. Single keys can be switched off (WCAG 2.1.4).
const dialog = document.getElementById("dialog");
const FIELDS = "input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=reset]), textarea, select, [contenteditable]:not([contenteditable=false])";
const SINGLE = { "/": "search", "?": "keys" };
let single = true;

function remembered() {
  try { return localStorage.getItem("keys") !== "off"; } catch { return true; }
}

function show(now) {
  single = now;
  for (const button of document.querySelectorAll("[data-keys-toggle]")) {
    button.setAttribute("aria-pressed", String(single));
    button.querySelector("[data-keys-label]").textContent = single ? "on" : "off";
  }
  for (const line of document.querySelectorAll("[data-single-key]")) line.classList.toggle("off", !single);
  for (const link of document.querySelectorAll("[data-key]")) {
    const keys = [link.dataset.key === "search" ? "Control+K Meta+K" : "", ...Object.keys(SINGLE).filter((key) => single && SINGLE[key] === link.dataset.key)];
    link.setAttribute("aria-keyshortcuts", keys.join(" ").trim());
  }
}

function meant(event) {
  if (event.altKey) return null;
  if (event.ctrlKey !== event.metaKey) return event.key.toLowerCase() === "k" && !event.shiftKey ? "search" : null;
  return single && !event.ctrlKey ? SINGLE[event.key] : null;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.repeat || dialog?.open || event.target.closest?.(FIELDS)) return;
  const key = meant(event);
  if (!key) return;
  event.preventDefault();
  const here = document.querySelector("#main [data-search] input[name=q]");
  if (key === "search" && here) here.select();
  else document.querySelector(`[data-key=${key}]`)?.click();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-keys-toggle]")) return;
  try { localStorage.setItem("keys", single ? "off" : "on"); } catch { /* not remembered, but done */ }
  show(!single);
});

// another tab of the dashboard chose
addEventListener("storage", (event) => { if (event.key === "keys") show(event.newValue !== "off"); });
document.addEventListener("htmx:after:swap", () => show(single));
show(remembered());
