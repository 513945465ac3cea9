// What an answer to a refresh means: the note that the page is old and why, and the page's title.
import { age } from "./server.js";

const live = document.querySelector("#live[data-hx-get]");
const note = document.getElementById("stale");
const root = document.documentElement;
const HEADS = { 401: "You are signed out", 403: "This page may no longer be seen", 404: "What this page shows is gone", 429: "The dashboard was asked too often",
  502: "LiveKit gives no usable answer", 503: "LiveKit is unreachable", 504: "LiveKit is unreachable" };
// what was kept is older than the page that shows it
const seen = (headers) => new Date(Date.now() - age(headers));
let good = new Date();
let first = null; // when it was first found to fail: a page may not have asked for an hour
// the page itself came as an error: there is nothing old to keep
const failed = () => live.querySelector("[data-reason]") !== null;

function clock(date) {
  const time = date.toLocaleTimeString("en-GB");
  return date.toDateString() === new Date().toDateString() ? time : `${date.toLocaleDateString()} ${time}`;
}

function old(head, reason, status) {
  const next = root.hasAttribute("data-paused") ? "The refresh is paused." : `Trying again every ${root.dataset.refresh} s.`;
  first ??= new Date();
  const text = [`${head} since ${clock(first)}.`, reason, failed() ? "" : `Below is what was seen at ${clock(good)}.`, next].filter(Boolean).join(" ");
  const says = note.querySelector("[data-stale-text]");
  if (says.textContent !== text) says.textContent = text;
  note.querySelector("[data-stale-reload]").hidden = status !== 401;
  note.hidden = false;
  live.classList.toggle("stale", !failed());
}

live?.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  const status = ctx.response.status;
  if (event.target !== live) return;
  if (status < 400) {
    good = seen(ctx.response.headers);
    first = null;
    note.hidden = true;
    live.classList.remove("stale");
    return;
  }
  const reason = new DOMParser().parseFromString(ctx.text, "text/html").querySelector("[data-reason]")?.textContent.trim().replace(/[^.!?]$/, "$&.");
  if (failed()) return void (note.hidden = true); // one error page gives way to the next
  event.preventDefault();
  old(HEADS[status] ?? "The dashboard failed to make this page", reason, status);
});

live?.addEventListener("htmx:error", (event) => { if (event.target === live) old("The dashboard does not answer", "", 0); });
live?.addEventListener("htmx:after:swap", () => {
  const title = live.firstElementChild?.dataset.title;
  if (title) document.title = `${title} · LiveKit Dashboard`;
});
