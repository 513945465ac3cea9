// Durations as the server writes them (app/text/formatters.py), so that a refresh changes no wording.
const UNITS = [
  [86400, "d"],
  [3600, "h"],
  [60, "min"],
  [1, "s"],
];

function largest(seconds) {
  const [size, unit] = UNITS.find(([size]) => seconds >= size);
  return `${Math.floor(seconds / size)} ${unit}`;
}

export function ago(seconds) {
  if (seconds <= -60) return left(-seconds);
  return seconds < 10 ? "just now" : `${largest(seconds)} ago`;
}

export function left(seconds) {
  if (seconds <= 0) return "now";
  return seconds < 60 ? "in less than 1 min" : `in ${largest(seconds)}`;
}

export function since(seconds) {
  if (seconds <= -60) return left(-seconds);
  let rest = Math.max(0, Math.floor(seconds));
  const parts = [];
  for (const [size, unit] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count) parts.push(`${count} ${unit}`);
  }
  return parts.slice(0, 2).join(" ") || "0 s";
}
