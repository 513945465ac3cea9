// What the top bar says about updates, in one word or two: Live, Every 5 s, Stale since 14:02:10, or paused. The menu
// beside it says the same in a sentence.
import { since } from "../shared/durations.js";
import { isLive, lastEvent } from "../shared/feed.js";
import { liveBlock } from "../shared/live.js";

const root = document.documentElement;
const SLOWER = 6;

function state() {
  const every = `${root.dataset.refresh} s`;
  const { staleSince } = root.dataset;
  if (root.hasAttribute("data-paused")) return ["paused", "paused", "Updates are paused."];
  if (staleSince) return ["stale", `Stale since ${staleSince}`, `No new data since ${staleSince}.`];
  if (!isLive()) return ["every", `Every ${every}`, `This page checks for changes every ${every}.`];
  const last = since(Math.max(0, Math.round((Date.now() - lastEvent()) / 1000)));
  const slow = Number(root.dataset.refresh) * SLOWER;
  const text = `This page updates when LiveKit sends a webhook (last: ${last} ago), and checks every ${slow} s.`;
  return ["live", "Live", text];
}

function show() {
  const [kind, label, text] = state();
  for (const button of document.querySelectorAll("[data-refresh-toggle]")) {
    button.dataset.updates = kind;
    button.title = `${text} ${kind === "paused" ? "Click to resume." : "Click to pause."}`;
    const shown = button.querySelector("[data-refresh-label]");
    if (shown.textContent !== label) shown.textContent = label;
  }
  for (const note of document.querySelectorAll("[data-updates-note]")) {
    if (note.textContent !== text) note.textContent = text;
  }
}

if (liveBlock()) {
  for (const event of ["feed", "paused", "interval", "stale", "recovered"]) document.addEventListener(event, show);
  setInterval(show, 1000);
  show();
}
