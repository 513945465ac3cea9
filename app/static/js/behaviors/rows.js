// In a list, j and k move the focus from row to row, on the link that Enter opens; x selects the row.
import { character } from "../shared/shortcuts.js";

const ROW = "table[data-rows] tbody > tr";
const LINK = ".name a";

function rows() {
  return [...document.querySelectorAll(`#main ${ROW}`)].filter((row) => row.querySelector(LINK));
}

function move(step) {
  const all = rows();
  const here = all.indexOf(document.activeElement.closest(ROW));
  const next = here < 0 ? all.at(step > 0 ? 0 : -1) : all[here + step];
  next?.querySelector(LINK).focus();
}

function select() {
  document.activeElement.closest(ROW)?.querySelector("[data-select]")?.click();
}

const KEYS = { j: () => move(1), k: () => move(-1), x: select };

document.addEventListener("keydown", (event) => {
  const act = KEYS[character(event)];
  if (!act || !rows().length) return;
  event.preventDefault();
  act();
});
