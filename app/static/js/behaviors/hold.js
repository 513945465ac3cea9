// No refresh moves a row under the pointer, or one that the keyboard focus is in: while a table is in use, its rows
// change in place, new ones come last, and those that are gone stay, marked. Its order follows once it isn't in use.
import { isLiveBlock, liveBlock } from "../shared/live.js";
import { arrange, bodyInUse, groups, ids, twin } from "../shared/rows.js";

const CHECK_MS = 200;
let held = null;
let timer = null;

function markGone(row) {
  const copy = row.cloneNode(true);
  copy.setAttribute("data-gone", "");
  copy.inert = true;
  return copy;
}

// the rows of `next` in the order of `body`; if `keeping`, also those that are gone
function hold(body, next, keeping) {
  const coming = groups(next);
  for (const [id, rows] of groups(body)) {
    if (keeping && !coming.has(id)) next.append(...rows.map(markGone));
  }
  arrange(next, ids(body));
}

function release() {
  if (held?.isConnected && bodyInUse() === held) return;
  clearInterval(timer);
  const body = held;
  held = null;
  if (!body?.isConnected) return;
  for (const row of body.querySelectorAll(":scope > [data-gone]")) row.remove();
  arrange(body, body.dataset.jsOrder.split(" "));
  body.removeAttribute("data-js-held");
  document.dispatchEvent(new CustomEvent("released"));
}

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx, tasks } = event.detail;
  const body = bodyInUse();
  if (!body || !isLiveBlock(event.target) || ctx.response.status >= 400) return;
  const fragment = tasks[0]?.fragment;
  // another filter or order was asked for
  const isOtherView = liveBlock().hasAttribute("data-js-other-view");
  const next = fragment && !isOtherView && twin(fragment, body);
  if (!next) return;
  const order = ids(next).join(" ");
  hold(body, next, ctx.sourceEvent?.type === "scheduled");
  body.dataset.jsOrder = order;
  body.toggleAttribute("data-js-held", ids(next).join(" ") !== order);
  held = body;
  clearInterval(timer);
  timer = setInterval(release, CHECK_MS);
});

document.addEventListener("htmx:after:swap", (event) => {
  if (!isLiveBlock(event.target)) return;
  liveBlock().removeAttribute("data-js-other-view");
  // what isn't held is in the server's order
  for (const body of liveBlock().querySelectorAll("[data-js-order]")) {
    if (body !== held) body.removeAttribute("data-js-order");
  }
});
document.addEventListener("pointerout", () => {
  if (held) setTimeout(release);
});
