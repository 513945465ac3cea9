// Shows the statistics of a feed in the formats of the rest of the dashboard: each value, a word if it is beyond a
// threshold, and a chart with its scale. A screen reader gets the chart in words.
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
// the ends of the scales are round
const SCALES = { ...FORMATS, loss: (percent) => `${INTEGER.format(percent)} %` };

function limitsOf(cell) {
  const number = (name) => Number(cell.dataset[name] ?? 0);
  return { floor: number("floor"), warn: number("warn"), bad: number("bad") };
}

function showSeverity(tag, value, { warn, bad }) {
  const level = value === null || !warn || value < warn ? "" : value < bad ? "warn" : "bad";
  tag.hidden = !level;
  tag.className = `tag ${level}`;
  tag.textContent = { warn: "high", bad: "very high" }[level] ?? "";
}

function describe(name, label, { values, missing, top }, { warn, bad }) {
  const format = FORMATS[name];
  const range = values.length ? `${format(Math.min(...values))} to ${format(Math.max(...values))}` : "no samples";
  const gaps = missing ? `, ${missing} missing` : "";
  const limits = warn ? ` High from ${format(warn)}, very high from ${format(bad)}.` : "";
  return `${label} in the last 60 s: ${range}${gaps}. Scale: 0 to ${SCALES[name](top)}.${limits}`;
}

function showChart(cell, name, value) {
  const svg = cell.querySelector("svg");
  const limits = limitsOf(cell);
  const drawn = chart(svg, value, limits);
  svg.setAttribute("aria-label", describe(name, cell.querySelector("dt").textContent, drawn, limits));
  cell.querySelector("[data-scale]").textContent = `0 – ${SCALES[name](drawn.top)}`;
  showSeverity(cell.querySelector("[data-severity]"), value, limits);
}

// an unknown figure is a dash, never zero
export function showFigures(box, figures) {
  for (const cell of box.querySelectorAll("[data-figure]")) {
    const name = cell.dataset.figure;
    const value = figures?.[name] ?? null;
    cell.querySelector("[data-value]").textContent = value === null ? "–" : FORMATS[name](value);
    if (cell.querySelector("svg")) showChart(cell, name, value);
  }
}
