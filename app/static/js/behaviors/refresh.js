// When the live block is refreshed: on schedule, unless the tab is hidden, the user paused it, or an answer is pending.
import { isLiveBlock, liveBlock, refreshNow } from "../shared/live.js";
import { recall, remember } from "../shared/settings.js";

const root = document.documentElement;
let paused = false;
let pending = null;
let focusInside = false;

function show(now) {
  const interval = `${root.dataset.refresh} s`;
  paused = now;
  root.toggleAttribute("data-paused", paused);
  for (const button of document.querySelectorAll("[data-refresh-toggle]")) {
    button.setAttribute("aria-pressed", String(paused));
    button.title = paused ? "Auto-refresh: paused (click to resume)" : `Auto-refresh: ${interval} (click to pause)`;
    button.querySelector("[data-refresh-label]").textContent = paused ? "paused" : interval;
  }
}

function refresh() {
  if (!paused && !document.hidden) refreshNow();
}

document.addEventListener("htmx:config:request", (event) => {
  if (!isLiveBlock(event.target) || event.detail.ctx.sourceEvent.type !== "every") return;
  if (paused || document.hidden || pending) event.preventDefault();
});

document.addEventListener("htmx:before:request", (event) => {
  if (isLiveBlock(event.target)) pending = event.detail.ctx;
});

// a refresh after an action replaces a pending poll, whose end must not count as the end of the refresh
document.addEventListener("htmx:finally:request", (event) => {
  if (event.detail.ctx === pending) pending = null;
});

// if the swap removes the focused element, the focus moves to the content, not to the top of the page
document.addEventListener("htmx:before:swap", (event) => {
  if (isLiveBlock(event.target)) focusInside = event.target.contains(document.activeElement);
});

document.addEventListener("htmx:after:swap", (event) => {
  if (!isLiveBlock(event.target) || !focusInside || document.activeElement !== document.body) return;
  document.getElementById("main").focus({ preventScroll: true });
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-refresh-toggle]")) return;
  remember("refresh", paused ? "on" : "paused");
  show(!paused);
  refresh();
});

document.addEventListener("visibilitychange", refresh);
addEventListener("online", refresh);
if (liveBlock()) show(recall("refresh") === "paused");
