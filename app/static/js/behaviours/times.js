// time[data-ago], [data-left], [data-since]: keeps "12 min ago", "in 3 h" and "5 min 2 s" true between refreshes, in the server's own words; the title is the moment in local time.
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

function since(seconds) {
  const parts = [];
  let rest = Math.max(0, Math.floor(seconds));
  for (const [size, unit] of [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]]) {
    if (rest >= size) parts.push(`${Math.floor(rest / size)} ${unit}`);
    rest %= size;
  }
  return parts.slice(0, 2).join(" ") || "0 s";
}

const KINDS = { ago, since, left: (seconds) => left(-seconds) };

function tell() {
  const now = Date.now() + ahead;
  for (const time of document.querySelectorAll("time[datetime]")) {
    const then = Date.parse(time.dateTime);
    if (Number.isNaN(then)) continue;
    const kind = Object.keys(KINDS).find((name) => name in time.dataset);
    if (!kind) continue;
    const text = KINDS[kind]((now - then) / 1000);
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
