// details.menu: one is open at a time. A click elsewhere or Escape closes it; it opens to the side that has room.
const OPEN = "details.menu[open]";
const GAP = 8;
// the height of the top bar, which covers what is below it
const TOP = 56;

function place(menu) {
  delete menu.dataset.jsPlace;
  const box = menu.querySelector(".menu-items").getBoundingClientRect();
  const button = menu.getBoundingClientRect();
  const sides = [];
  if (box.left < GAP) sides.push("start");
  if (box.bottom > innerHeight - GAP && button.top - box.height > TOP) sides.push("up");
  if (sides.length) menu.dataset.jsPlace = sides.join(" ");
}

function close(menu) {
  // the focus must not be lost with the item that had it
  if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  menu.open = false;
}

function closeAllExcept(remaining) {
  for (const menu of document.querySelectorAll(OPEN)) {
    if (menu !== remaining) close(menu);
  }
}

// toggle does not bubble, but it can be captured
document.addEventListener(
  "toggle",
  ({ target }) => {
    if (!target.matches?.(OPEN)) return;
    closeAllExcept(target);
    place(target);
  },
  true,
);

document.addEventListener("click", (event) => {
  const menu = event.target.closest(OPEN);
  // choosing an item closes its menu as well
  closeAllExcept(event.target.closest("a, button") ? null : menu);
});

document.addEventListener("keydown", (event) => {
  const menu = document.querySelector(OPEN);
  if (event.key !== "Escape" || !menu) return;
  close(menu);
  // this Escape closed the menu, and must not close the dialog around it
  event.preventDefault();
});

document.addEventListener("focusin", (event) => closeAllExcept(event.target.closest(OPEN)));
