// What a change does that the stream reports: the live block is refreshed, immediately, but not more often than every
// 500 ms, and later the more browsers have the same to ask.
import { gap, setCalm, spread } from "../shared/feed.js";
import { isLiveBlock, liveBlock } from "../shared/live.js";

let timer = null;
let asked = Number.NEGATIVE_INFINITY;
let pending = null;
let again = false;
let announced = false;

function soon() {
  const now = performance.now();
  const at = Math.max(asked + gap(), now + spread());
  timer ??= setTimeout(ask, Math.max(0, at - now));
}

function ask() {
  timer = null;
  // what it answers may be older than the change
  again = pending !== null;
  if (again) return;
  announced = true;
  window.htmx?.trigger(liveBlock(), "scheduled");
  announced = false;
}

document.addEventListener("changed", soon);

document.addEventListener("htmx:before:request", ({ target, detail: { ctx } }) => {
  if (!isLiveBlock(target)) return;
  asked = performance.now();
  pending = ctx;
  ctx.announced = announced;
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (ctx !== pending) return;
  pending = null;
  if (again) soon();
});

// a change that nobody announced: while there are such, the page keeps asking at its interval
document.addEventListener("htmx:before:swap", ({ target, detail: { ctx } }) => {
  if (isLiveBlock(target) && !ctx.announced) setCalm(ctx.response.status === 304);
});
