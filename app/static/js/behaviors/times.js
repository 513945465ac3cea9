// time[data-ago], [data-left], [data-since]: keeps "12 min ago", "in 3 h" and "5 min 2 s" true between refreshes, in the server's own words; the title is the moment in local time.
const EVERY_MS = 5000;
const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });
// how far the server's clock is ahead of this one: the page says when it was made, then each answer's Date header
const [arrival] = performance.getEntriesByType("navigation");
let ahead = difference(Date.parse(document.documentElement.dataset.now), performance.timeOrigin + (arrival?.responseStart ?? 0));

// the header has whole seconds, so a small difference says nothing
function difference(there, here) {
  return Math.abs(there - here) > 2000 ? there - here : 0;
}

const UNITS = [[86400, "d"], [3600, "h"], [60, "min"]];

function largest(seconds) {
  const [size, unit] = UNITS.find(([size]) => seconds >= size);
  return `${Math.floor(seconds / size)} ${unit}`;
}

function ago(seconds) {
  if (seconds <= -60) return left(-seconds);
  if (seconds < 10) return "just now";
  return `${seconds < 60 ? `${Math.floor(seconds)} s` : largest(seconds)} ago`;
}

function left(seconds) {
  if (seconds <= 0) return "now";
  return `in ${seconds < 60 ? "less than 1 min" : largest(seconds)}`;
}

function since(seconds) {
  if (seconds <= -60) return left(-seconds);
  const whole = Math.max(0, Math.floor(seconds));
  const counts = [...UNITS, [1, "s"]].map(([size, unit], at, all) => [Math.floor((at ? whole % all[at - 1][0] : whole) / size), unit]);
  return counts.filter(([count]) => count).slice(0, 2).map((count) => count.join(" ")).join(" ") || "0 s";
}

const KINDS = { ago, since, left: (seconds) => left(-seconds) };

function tell() {
  const now = Date.now() + ahead;
  for (const time of document.querySelectorAll("time[datetime]")) {
    const then = Date.parse(time.dateTime);
    const kind = Object.keys(KINDS).find((name) => name in time.dataset);
    if (!kind || Number.isNaN(then)) continue;
    const text = KINDS[kind]((now - then) / 1000);
    // untouched where nothing changed: a selection in it stays
    if (time.textContent !== text) time.textContent = text;
    time.title = MOMENT.format(then);
  }
}

document.addEventListener("htmx:after:request", ({ detail }) => {
  const date = Date.parse(detail.ctx.response.headers.get("date"));
  if (date) ahead = difference(date, Date.now());
});
document.addEventListener("htmx:after:swap", tell);
document.addEventListener("visibilitychange", tell);
setInterval(tell, EVERY_MS);
tell();
