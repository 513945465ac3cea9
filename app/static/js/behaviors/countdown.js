// [data-retry-count]: the seconds until a page that failed asks again. Screen readers keep the text beside it,
// "Retrying every 5 s", because one that changes each second would be read out each second.
import { since } from "../shared/durations.js";
import { isLiveBlock, liveBlock } from "../shared/live.js";

const root = document.documentElement;
const interval = () => Number(root.dataset.refresh) * 1000;
let next = Date.now() + interval();
let asking = false;

function text() {
  if (root.hasAttribute("data-paused")) return "";
  const left = Math.ceil((next - Date.now()) / 1000);
  return asking || left <= 0 ? "Retrying…" : `Retrying in ${since(left)}.`;
}

function show() {
  const now = text();
  // as the server wrote it, unless another interval was chosen
  for (const plain of document.querySelectorAll("#live [data-retry-plain]")) {
    const every = `Retrying every ${root.dataset.refresh} s.`;
    if (plain.textContent !== every) plain.textContent = every;
  }
  for (const count of document.querySelectorAll("[data-retry-count]")) {
    if (count.textContent !== now) count.textContent = now;
  }
}

document.addEventListener("htmx:config:request", ({ target, detail }) => {
  if (isLiveBlock(target) && detail.ctx.sourceEvent.type === "scheduled") next = Date.now() + interval();
});
document.addEventListener("htmx:before:request", ({ target }) => {
  if (isLiveBlock(target)) asking = true;
  show();
});
document.addEventListener("htmx:finally:request", ({ detail }) => {
  if (isLiveBlock(detail.ctx.sourceElement)) asking = false;
  show();
});
document.addEventListener("htmx:after:swap", show);

document.addEventListener("interval", () => {
  next = Date.now() + interval();
  show();
});

if (liveBlock()) {
  setInterval(show, 1000);
  show();
}
