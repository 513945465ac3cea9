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

// another state of the page: its address changes, so that it can be shared, and the live block polls the new one;
// `isOtherView` if other rows or another order of them were asked for (behaviors/hold.js)
export function showAt(address, isOtherView) {
  const url = new URL(address, location.href);
  history.replaceState(null, "", url.pathname + url.search);
  url.searchParams.append("partial", "1");
  liveBlock().setAttribute("data-hx-get", url.pathname + url.search);
  liveBlock().toggleAttribute("data-js-other-view", isOtherView);
  refreshNow();
}

// the same on a page that doesn't refresh: only a part of it is replaced
export function showPart(address, part) {
  const url = new URL(address, location.href);
  history.replaceState(null, "", url.pathname + url.search);
  url.searchParams.append("partial", "1");
  htmx.ajax("GET", url.pathname + url.search, { target: part, select: part, swap: "outerMorph" });
}
