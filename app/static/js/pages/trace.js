// The trace beside the player of the recording. While it plays and the switch is on, the row of the span that is active
// at the moment that is heard is marked and scrolled into view: tr[data-from][data-to], in seconds of the recording.
// #trace[data-load] is the address of any part of the time; it is loaded if the page doesn't list the moment.
import { liveBlock, showAt, showPart } from "../shared/live.js";

const BEFORE = 5; // seconds that are loaded before the moment
const LENGTH = 60; // seconds that are loaded
const AGAIN = 5; // seconds of the recording until something is loaded again
const isCalm = matchMedia("(prefers-reduced-motion: reduce)");
const sound = () => document.getElementById("sound");
const toggle = () => document.querySelector("#trace [data-follow-playback]");
let follows = false;
let shown = "";
let loaded = Number.NEGATIVE_INFINITY;

// the one that began last; of those that began together, the innermost
function active(at) {
  const rows = [...document.querySelectorAll("#trace tr[data-from]")].map((row) => [row, Number(row.dataset.from)]);
  const running = rows.filter(([row, from]) => from <= at && at < Number(row.dataset.to));
  const latest = Math.max(...running.map(([, from]) => from));
  return running.findLast(([, from]) => from === latest)?.[0];
}

function mark(row) {
  for (const each of document.querySelectorAll("#trace tr[aria-current]")) {
    if (each !== row) each.removeAttribute("aria-current");
  }
  row?.setAttribute("aria-current", "true");
}

function scrollTo(row) {
  if (row.id === shown) return;
  shown = row.id;
  row.scrollIntoView({ block: "nearest", behavior: isCalm.matches ? "instant" : "smooth" });
}

function load(at) {
  const { load: address, began, first, last } = document.getElementById("trace").dataset;
  const isListed = Number(first ?? -Infinity) <= at && at < Number(last ?? Infinity);
  if (!address || isListed || Math.abs(at - loaded) < AGAIN) return;
  loaded = at;
  const start = Math.max(0, Math.round(Number(began) + (at - BEFORE) * 1000));
  const url = new URL(address, location.href);
  url.searchParams.set("start", start);
  url.searchParams.set("end", start + LENGTH * 1000);
  if (liveBlock()) showAt(url.href, false);
  else showPart(url.href, "#trace");
}

function paint() {
  const [audio, input] = [sound(), toggle()];
  if (!audio || !input) return;
  input.checked = follows;
  const row = follows ? active(audio.currentTime) : undefined;
  mark(row);
  if (!follows || audio.paused) return;
  if (row) scrollTo(row);
  else load(audio.currentTime);
}

document.addEventListener("change", ({ target }) => {
  if (target !== toggle()) return;
  follows = target.checked;
  shown = "";
  paint();
});
// the player says so whenever it has another moment, and after each refresh (pages/recording.js)
document.addEventListener("heard", paint);
paint();
