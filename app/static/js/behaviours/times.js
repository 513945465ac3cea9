// time[data-ago], time[data-left]: keeps "12 min ago" and "in 3 h" true between refreshes, in the server's own words; the title is the moment in local time.
const EVERY_MS = 5000;
const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });
// how far the server's clock is ahead of this one, learnt from its Date headers
let ahead = 0;

function ago(seconds) {
  if (seconds < 10) return "just now";
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86400)} d ago`;
}

function left(seconds) {
  if (seconds <= 0) return "now";
  if (seconds < 60) return "in less than 1 min";
  if (seconds < 3600) return `in ${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `in ${Math.floor(seconds / 3600)} h`;
  return `in ${Math.floor(seconds / 86400)} d`;
}

function tell() {
  const now = Date.now() + ahead;
  for (const time of document.querySelectorAll("time[data-ago], time[data-left]")) {
    const then = Date.parse(time.dateTime);
    if (Number.isNaN(then)) continue;
    const text = "left" in time.dataset ? left((then - now) / 1000) : ago((now - then) / 1000);
    // untouched where nothing changed: a selection in it stays
    if (time.textContent !== text) time.textContent = text;
    const title = MOMENT.format(then);
    if (time.title !== title) time.title = title;
  }
}

document.addEventListener("htmx:after:request", ({ detail }) => {
  const date = Date.parse(detail.ctx.response.headers.get("date"));
  // the header has whole seconds, so a small difference says nothing
  if (date) ahead = Math.abs(date - Date.now()) > 2000 ? date - Date.now() : 0;
});
document.addEventListener("htmx:after:swap", tell);
document.addEventListener("visibilitychange", tell);
setInterval(tell, EVERY_MS);
tell();
