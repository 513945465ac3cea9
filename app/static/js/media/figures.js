// Shows the statistics of a feed, each with its chart, in the formats of the rest of the dashboard.
import { chart } from "./chart.js";

const INTEGER = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const DECIMAL = new Intl.NumberFormat("en-GB", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export function bitrate(bits) {
  return bits >= 1e6 ? `${DECIMAL.format(bits / 1e6)} Mbit/s` : `${INTEGER.format(bits / 1e3)} kbit/s`;
}

// browsers report times in whole milliseconds
const time = (ms) => (ms < 1 ? "< 1 ms" : `${INTEGER.format(ms)} ms`);

const FORMATS = {
  bitrate,
  loss: (percent) => `${DECIMAL.format(percent)} %`,
  jitter: time,
  trip: time,
  fps: (rate) => INTEGER.format(rate),
  size: (text) => text,
};

// an unknown figure is a dash, never zero
export function showFigures(box, figures) {
  for (const cell of box.querySelectorAll("[data-figure]")) {
    const name = cell.dataset.figure;
    const value = figures?.[name] ?? null;
    cell.querySelector("dd").textContent = value === null ? "–" : FORMATS[name](value);
    const svg = cell.querySelector("svg");
    if (svg) chart(svg, value);
  }
}
