// A small live chart: the last minute of a figure as a line in an SVG of 60 by 16, scaled to its highest value; a gap where there was none.
const LENGTH = 60;
const HEIGHT = 16;
const past = new WeakMap();

export function chart(svg, value) {
  const values = [...(past.get(svg) ?? []), value].slice(-LENGTH);
  past.set(svg, values);
  const top = Math.max(...values, Number.EPSILON);
  const y = (each) => (HEIGHT - 1 - (each / top) * (HEIGHT - 2)).toFixed(1);
  const points = values.map((each, at) => (each === null ? "" : `${LENGTH - values.length + at},${y(each)}`));
  svg.firstElementChild.setAttribute("points", points.filter(Boolean).join(" "));
}
