// One stream of live updates for all tabs of this browser: the tab that holds a lock has it and tells the others. A
// hidden or paused tab passes it on. Without locks, as on plain HTTP, each visible tab has a stream of its own.
import { concerns, hear, lose } from "../shared/feed.js";
import { liveBlock } from "../shared/live.js";

// until a stream that was refused is tried again, at random so that not all tabs return together
const AGAIN_MS = [30_000, 90_000];
const address = liveBlock()?.dataset.live;
// of this dashboard: another may have the same origin
const name = `live ${address}`;
const channel = address && window.BroadcastChannel ? new BroadcastChannel(name) : null;
let latest = null;
let member = null;

function take(message) {
  if (message.lost) return lose();
  latest = message;
  hear(message);
  if (concerns(message.topics)) document.dispatchEvent(new CustomEvent("changed"));
}

function tell(message) {
  channel?.postMessage(message);
  take(message);
}

function open(signal) {
  let timer = null;
  const after = latest ? `?after=${encodeURIComponent(latest.id)}` : "";
  const source = new EventSource(address + after);
  source.onmessage = ({ data, lastEventId }) => tell({ ...JSON.parse(data), id: lastEventId });
  source.onerror = () => {
    tell({ lost: true });
    // otherwise the browser connects again
    if (source.readyState === EventSource.CLOSED) timer = setTimeout(again, wait(), signal);
  };
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    source.close();
  });
}

function wait() {
  const [shortest, longest] = AGAIN_MS;
  return shortest + Math.random() * (longest - shortest);
}

// a browser that isn't signed in any more would ask for a password
function again(signal) {
  if (signal.aborted) return;
  if (document.getElementById("stale").hidden) open(signal);
  else setTimeout(again, wait(), signal);
}

// resolves when the tab leaves
function lead(signal) {
  if (signal.aborted) return Promise.resolve();
  open(signal);
  return new Promise((resolve) => signal.addEventListener("abort", resolve));
}

function join() {
  member = new AbortController();
  const { signal } = member;
  if (!channel || !navigator.locks) return lead(signal);
  channel.postMessage({ asks: true });
  // rejects if the tab leaves before its turn
  navigator.locks.request(name, { signal }, () => lead(signal)).catch(() => {});
}

function leave() {
  member.abort();
  member = null;
  // a tab that is seen again refreshes anyway
  latest = null;
}

function update() {
  const wanted = !document.hidden && !document.documentElement.hasAttribute("data-paused");
  if (wanted && !member) join();
  if (!wanted && member) leave();
}

if (address) {
  channel?.addEventListener("message", ({ data }) => {
    if (!data.asks) take(data);
    else if (latest) channel.postMessage({ ...latest, topics: [] });
  });
  document.addEventListener("visibilitychange", update);
  document.addEventListener("paused", update);
  update();
}
