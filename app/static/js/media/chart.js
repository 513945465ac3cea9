// A small live chart: the last minute of a figure as a line in an SVG of 60 by 16, scaled to its highest value, with
// gaps for missing values.
const LENGTH = 60;
const HEIGHT = 16;
const history = new WeakMap();

export function chart(svg, value) {
  const values = [...(history.get(svg) ?? []), value].slice(-LENGTH);
  history.set(svg, values);
  const highest = Math.max(...values, Number.EPSILON);
  const y = (each) => (HEIGHT - 1 - (each / highest) * (HEIGHT - 2)).toFixed(1);
  const start = LENGTH - values.length;
  const points = values.map((each, index) => (each === null ? "" : `${start + index},${y(each)}`));
  svg.firstElementChild.setAttribute("points", points.filter(Boolean).join(" "));
}
