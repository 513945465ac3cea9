// What the answer to a refresh means: if it failed, the page stays, marked as outdated, with the reason; and the title
// of the page follows its content.
import { failure } from "../shared/failures.js";
import { isLiveBlock, liveBlock } from "../shared/live.js";
import { age } from "../shared/timing.js";
import { clock } from "../shared/zone.js";

const note = document.getElementById("stale");
const root = document.documentElement;
let lastSuccess = new Date();
// when the failure was first seen: a page may not have asked for an hour
let failingSince = null;

// the page itself came as an error, so there is nothing outdated to show
const isErrorPage = () => liveBlock().querySelector("[data-error]") !== null;
const sentence = (text) => text.replace(/[^.!?]$/, "$&.");

// left alone if nothing changed, so that it isn't announced again
function write(place, text) {
  const line = note.querySelector(place);
  if (line.textContent !== text) line.textContent = text;
}

function markStale(title, reason, status) {
  const paused = root.hasAttribute("data-paused");
  failingSince ??= new Date();
  root.dataset.staleSince = clock(failingSince);
  document.dispatchEvent(new CustomEvent("stale"));
  const text = [
    `${title} (since ${clock(failingSince)}).`,
    reason && sentence(reason),
    isErrorPage() ? "" : `Showing data from ${clock(lastSuccess)}.`,
  ];
  write("[data-stale-text]", text.filter(Boolean).join(" "));
  write("[data-retry-plain]", paused ? "Auto-refresh is paused." : `Retrying every ${root.dataset.refresh} s.`);
  note.querySelector("[data-stale-reload]").hidden = status !== 401;
  note.hidden = false;
  liveBlock().classList.toggle("stale", !isErrorPage());
}

function markFresh(headers) {
  // a cached answer is older than the page that shows it
  lastSuccess = new Date(Date.now() - age(headers));
  note.hidden = true;
  liveBlock().classList.remove("stale");
  delete root.dataset.staleSince;
  if (failingSince) document.dispatchEvent(new CustomEvent("recovered"));
  failingSince = null;
}

document.addEventListener("htmx:before:swap", (event) => {
  if (!isLiveBlock(event.target)) return;
  const { response } = event.detail.ctx;
  if (response.status < 400) return markFresh(response.headers);
  if (isErrorPage()) {
    // one error page replaces the other
    note.hidden = true;
    return;
  }
  event.preventDefault();
  const { title, reason } = failure(response) ?? { title: `The dashboard returned an error (${response.status})` };
  markStale(title, reason === title ? "" : reason, response.status);
});

document.addEventListener("htmx:error", (event) => {
  if (isLiveBlock(event.target)) markStale("No response from the dashboard", "", 0);
});

document.addEventListener("htmx:after:swap", (event) => {
  if (!isLiveBlock(event.target)) return;
  const title = event.target.firstElementChild?.dataset.title;
  const { site } = document.querySelector("title").dataset;
  if (title) document.title = `${title} · ${site}`;
});
