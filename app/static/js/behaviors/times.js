// time[data-ago], [data-left], [data-since]: keeps "12 min ago", "in 3 h" and "5 min 2 s" current between refreshes.
// The title, and the text of time[data-when] and [data-clock], is the moment in the zone that was chosen at /time: the
// server writes it, but for the local time of the browser.
import { ago, left, since } from "../shared/durations.js";
import { isLocal, moment as written } from "../shared/zone.js";

const EVERY_MS = 5000;
const FORMATS = { ago, since, left: (seconds) => left(-seconds) };

// how far the server's clock is ahead of this one: by the page's own time stamp, then by each answer's Date header
const [navigation] = performance.getEntriesByType("navigation");
const arrival = performance.timeOrigin + (navigation?.responseStart ?? 0);
let ahead = difference(Date.parse(document.documentElement.dataset.now), arrival);

// the header has whole seconds, so a small difference means nothing
function difference(server, browser) {
  return Math.abs(server - browser) > 2000 ? server - browser : 0;
}

// left alone if nothing changed, so that a selection in it survives
function write(time, text) {
  if (time.textContent !== text) time.textContent = text;
}

function update() {
  const now = Date.now() + ahead;
  for (const time of document.querySelectorAll("time[datetime]")) {
    const moment = Date.parse(time.dateTime);
    if (Number.isNaN(moment)) continue;
    const format = Object.keys(FORMATS).find((name) => name in time.dataset);
    if (format) write(time, FORMATS[format]((now - moment) / 1000));
    if (!isLocal) continue;
    if ("when" in time.dataset) write(time, written(moment));
    if ("clock" in time.dataset) write(time, written(moment).slice(11, 19));
    time.title = written(moment);
  }
}

document.addEventListener("htmx:after:request", ({ detail }) => {
  const date = Date.parse(detail.ctx.response.headers.get("date"));
  if (date) ahead = difference(date, Date.now());
});
document.addEventListener("htmx:after:swap", update);
document.addEventListener("visibilitychange", update);
setInterval(update, EVERY_MS);
update();
