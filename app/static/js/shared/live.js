// The block of the page that refreshes itself. Pages that show no live data have none.
const LIVE = "#live[data-hx-get]";

export function liveBlock() {
  return document.querySelector(LIVE);
}

export function isLiveBlock(element) {
  return element?.matches?.(LIVE) ?? false;
}

export function refreshNow() {
  const block = liveBlock();
  if (block && window.htmx) htmx.trigger(block, "refresh");
}
