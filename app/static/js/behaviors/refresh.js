// When the live block is refreshed: as often as the user chose, unless the tab is hidden, the user paused it, or an
// answer is pending; six times less often while changes are reported, which behaviors/changes.js refreshes for.
import { isCalm, isLive } from "../shared/feed.js";
import { isLiveBlock, liveBlock, refreshNow } from "../shared/live.js";
import { recall, remember } from "../shared/settings.js";

const SLOWER = 6;
const root = document.documentElement;
let skipped = 0;
let paused = false;
let pending = null;
let focusInside = false;
let timer = null;

function showChoice() {
  root.toggleAttribute("data-paused", paused);
  for (const button of document.querySelectorAll("[data-refresh-toggle]")) {
    button.setAttribute("aria-pressed", String(paused));
  }
  const chosen = paused ? "0" : root.dataset.refresh;
  for (const button of document.querySelectorAll("[data-refresh-every]")) {
    button.setAttribute("aria-pressed", String(button.dataset.refreshEvery === chosen));
  }
}

function pause(now) {
  paused = now;
  remember("refresh", paused ? "paused" : "on");
  showChoice();
  document.dispatchEvent(new CustomEvent("paused"));
  refresh();
}

// a page that failed asks again as often as it says
function isSlow() {
  return isLive() && isCalm() && !root.dataset.staleSince;
}

function tick() {
  skipped += 1;
  if (isSlow() && skipped < SLOWER) return;
  skipped = 0;
  window.htmx?.trigger(liveBlock(), "scheduled");
}

// the guards of a request are below
function schedule() {
  clearInterval(timer);
  timer = setInterval(tick, Number(root.dataset.refresh) * 1000);
  document.dispatchEvent(new CustomEvent("interval"));
}

// one of those that the menu offers
function isOffered(seconds) {
  return [...document.querySelectorAll("[data-refresh-every]")].some(({ dataset }) => dataset.refreshEvery === seconds);
}

function choose(seconds) {
  if (seconds === "0") return pause(true);
  root.dataset.refresh = seconds;
  remember("refresh-every", seconds);
  schedule();
  pause(false);
}

function refresh() {
  if (!paused && !document.hidden) refreshNow();
}

document.addEventListener("htmx:config:request", (event) => {
  if (!isLiveBlock(event.target) || event.detail.ctx.sourceEvent.type !== "scheduled") return;
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

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-refresh-toggle]")) pause(!paused);
  if (target.closest("[data-refresh-now]")) refreshNow();
  const every = target.closest("[data-refresh-every]");
  if (every) choose(every.dataset.refreshEvery);
});

document.addEventListener("visibilitychange", refresh);
addEventListener("online", refresh);
if (liveBlock()) {
  paused = recall("refresh") === "paused";
  const remembered = recall("refresh-every");
  if (isOffered(remembered)) root.dataset.refresh = remembered;
  showChoice();
  schedule();
}
