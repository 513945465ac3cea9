// The Quality column: its order, worst first, and its filter. The server doesn't know the ratings, so both apply to the
// rows on the page.
import { arrange, bodyInUse, groups, ids } from "../shared/rows.js";
import { recall, remember } from "../shared/settings.js";

const RANKS = ["lost", "poor", "good", "excellent"];
const HEAD = "[data-quality-head]";
let isSorted = recall("quality-order") === "worst";
let filter = "";

const body = () => document.querySelector(HEAD)?.closest("table").tBodies[0];
const rating = (rows) => rows[0].querySelector("[data-quality-of]")?.textContent ?? "";

function matches(rated) {
  if (filter === "bad") return rated === "poor" || rated === "lost";
  if (filter === "none") return !RANKS.includes(rated);
  return !filter || rated === filter;
}

function sort(place, rated) {
  // hold.js keeps the order of the server here while it isn't shown
  const order = place.dataset.jsOrder?.split(" ") ?? ids(place);
  place.dataset.jsOrder = order.join(" ");
  const rank = (id) => (RANKS.indexOf(rated.get(id)) + RANKS.length + 1) % (RANKS.length + 1);
  if (!bodyInUse()) arrange(place, isSorted ? order.toSorted((a, b) => rank(a) - rank(b)) : order);
}

function summary(rated) {
  const counts = RANKS.map((each) => [each, [...rated.values()].filter((one) => one === each).length]);
  return counts.flatMap(([each, count]) => (count ? `${count} ${each}` : [])).join(", ");
}

// applies order and filter; returns how many have which rating
export function drawRows() {
  const place = body();
  if (!place) return "";
  const rated = new Map([...groups(place)].map(([id, rows]) => [id, rating(rows)]));
  for (const [id, rows] of groups(place)) {
    const hides = !matches(rated.get(id));
    for (const row of rows) row.toggleAttribute("data-js-hidden", hides);
    // what cannot be seen must not be acted on
    const box = rows[0].querySelector("[data-select]:checked");
    if (hides && box) box.click();
  }
  sort(place, rated);
  document.querySelector(HEAD).setAttribute("aria-sort", isSorted ? "ascending" : "none");
  const text = summary(rated);
  return text && `On this page: ${text}.`;
}

const changed = () => document.dispatchEvent(new CustomEvent("quality-view"));

document.addEventListener("click", ({ target }) => {
  if (!target.closest(`${HEAD} button`)) return;
  isSorted = !isSorted;
  remember("quality-order", isSorted ? "worst" : "");
  changed();
});

document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-quality-filter]")) return;
  filter = target.value;
  changed();
});
