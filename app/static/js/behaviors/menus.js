// details.menu: one open at a time, closed by a click elsewhere or Escape, turned so that it stays in the window.
const OPEN = "details.menu[open]";
const GAP = 8;
// the top bar covers what lies below it
const TOP = 56;

function place(menu) {
  delete menu.dataset.jsPlace;
  const box = menu.querySelector(".menu-items").getBoundingClientRect();
  const button = menu.getBoundingClientRect();
  const turns = [];
  if (box.left < GAP) turns.push("start");
  if (box.bottom > innerHeight - GAP && button.top - box.height > TOP) turns.push("up");
  if (turns.length) menu.dataset.jsPlace = turns.join(" ");
}

function close(menu) {
  // focus must not fall out of the page with the item that had it
  if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  menu.open = false;
}

function closeAll(but = null) {
  for (const menu of document.querySelectorAll(OPEN)) if (menu !== but) close(menu);
}

// toggle does not bubble, but it can be captured
document.addEventListener("toggle", ({ target }) => {
  if (!target.matches?.(OPEN)) return;
  closeAll(target);
  place(target);
}, true);

document.addEventListener("click", (event) => {
  const menu = event.target.closest(OPEN);
  // a chosen item closes its own menu as well
  closeAll(event.target.closest("a, button") ? null : menu);
});

document.addEventListener("keydown", (event) => {
  const menu = document.querySelector(OPEN);
  if (event.key !== "Escape" || !menu) return;
  close(menu);
  // in a dialog, this Escape was for the menu
  event.preventDefault();
});

document.addEventListener("focusin", (event) => closeAll(event.target.closest(OPEN)));
