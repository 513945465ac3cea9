// The time zone in which times are shown (app/web/timezone.py), and moments as the server writes them.
const { zone } = document.documentElement.dataset;
const FORMAT = {
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
  timeZoneName: "short",
};

export const isLocal = zone === "local";

function formatter(timeZone) {
  try {
    return new Intl.DateTimeFormat("en-GB", { ...FORMAT, timeZone });
  } catch {
    return new Intl.DateTimeFormat("en-GB", { ...FORMAT, timeZone: "UTC" }); // a zone that the browser doesn't know
  }
}

const inZone = formatter(isLocal ? undefined : zone);

function parts(moment) {
  return Object.fromEntries(inZone.formatToParts(moment).map(({ type, value }) => [type, value]));
}

// 2026-11-29 13:37:26 UTC
export function moment(time) {
  const { year, month, day, hour, minute, second, timeZoneName } = parts(time);
  return `${year}-${month}-${day} ${hour}:${minute}:${second} ${timeZoneName}`;
}

// 13:37:26, with the date unless it is today
export function clock(time) {
  const [date, hours] = moment(time).split(" ");
  return date === moment(Date.now()).split(" ")[0] ? hours : `${date} ${hours}`;
}
