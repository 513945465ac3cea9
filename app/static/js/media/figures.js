// Writes the figures of a feed, each with its chart, in the formats of the rest of the dashboard.
import { chart } from "./chart.js";

const NUMBER = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const TENTH = new Intl.NumberFormat("en-GB", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export function rate(bits) {
  return bits >= 1e6 ? `${TENTH.format(bits / 1e6)} Mbit/s` : `${NUMBER.format(bits / 1e3)} kbit/s`;
}

// browsers tell times in whole milliseconds
const time = (ms) => (ms < 1 ? "< 1 ms" : `${NUMBER.format(ms)} ms`);

const TEXTS = {
  bitrate: rate,
  loss: (percent) => `${TENTH.format(percent)} %`,
  jitter: time,
  trip: time,
  fps: (number) => NUMBER.format(number),
  size: (text) => text,
};

// a figure that is not told is a dash, never a nought
export function show(feed, found) {
  for (const cell of feed.querySelectorAll("[data-figure]")) {
    const name = cell.dataset.figure;
    const value = found?.[name] ?? null;
    cell.querySelector("dd").textContent = value === null ? "–" : TEXTS[name](value);
    const svg = cell.querySelector("svg");
    if (svg) chart(svg, value);
  }
}
