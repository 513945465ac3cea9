// A live chart: the last minute of a figure as a line in an SVG. The scale starts at zero and never ends below its
// floor, so that ordinary values don't look like incidents. A missing sample is a gap in the line, never zero.
const SPAN_MS = 60_000;
// samples come once a second
const GAP_MS = 2_500;
const HEIGHT = 24;
const history = new WeakMap();

// the next of 1, 2 and 5 with zeros that is at least this value
function rounded(value) {
  const unit = 10 ** Math.floor(Math.log10(value));
  return unit * [1, 2, 5, 10].find((step) => step * unit >= value);
}

// one point per sample; a new line begins after a missing one, and after a pause of the page
function path(samples, now, y) {
  let [drawn, last] = ["", -Infinity];
  for (const { at, value } of samples) {
    if (value === null) {
      last = -Infinity;
      continue;
    }
    const x = (60 - (now - at) / 1000).toFixed(1);
    // a line of no length shows a single sample as a dot
    drawn += at - last > GAP_MS ? `M${x},${y(value)}h0` : `L${x},${y(value)}`;
    last = at;
  }
  return drawn;
}

function place(line, value, top, y) {
  line.setAttribute("visibility", value <= top ? "visible" : "hidden");
  for (const end of ["y1", "y2"]) line.setAttribute(end, y(value));
}

// Adds a sample and draws the chart. Returns the samples of the last minute and the top of the scale.
export function chart(svg, value, { floor, warn, bad }) {
  const now = performance.now();
  const samples = [...(history.get(svg) ?? []), { at: now, value }].filter(({ at }) => now - at <= SPAN_MS);
  history.set(svg, samples);
  const values = samples.map((sample) => sample.value).filter((each) => each !== null);
  const highest = Math.max(...values, floor);
  const top = highest > floor ? rounded(highest) : floor;
  const y = (each) => (HEIGHT - 1 - (each / top) * (HEIGHT - 2)).toFixed(1);
  svg.querySelector("path").setAttribute("d", path(samples, now, y));
  for (const [name, limit] of Object.entries({ warn, bad })) {
    if (limit) place(svg.querySelector(`.${name}`), limit, top, y);
  }
  return { values, missing: samples.length - values.length, top };
}
