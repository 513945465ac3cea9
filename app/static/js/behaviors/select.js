// Rows chosen by [data-select] boxes inside one [data-selection]: all of them, some, the count, and the buttons that need any.
function boxes(area) {
  return [...area.querySelectorAll("input[data-select]:not(:disabled)")];
}

function show(area) {
  const all = boxes(area);
  const chosen = all.filter((box) => box.checked).length;
  for (const head of area.querySelectorAll("input[data-select-all]")) {
    head.checked = chosen > 0 && chosen === all.length;
    head.indeterminate = chosen > 0 && chosen < all.length;
    head.disabled = all.length === 0;
  }
  for (const count of area.querySelectorAll("[data-selected-count]")) {
    const text = chosen ? `${chosen} selected` : "";
    if (count.textContent !== text) count.textContent = text;
  }
  for (const button of area.querySelectorAll("[data-needs-selection]")) button.disabled = chosen === 0;
}

function showAll() {
  document.querySelectorAll("[data-selection]").forEach(show);
}

document.addEventListener("change", ({ target }) => {
  const area = target.closest("[data-selection]");
  if (!area) return;
  if (target.matches("[data-select-all]")) for (const box of boxes(area)) box.checked = target.checked;
  if (target.matches("[data-select-all], [data-select]")) show(area);
});

// a refresh brings rows, takes rows away, and prints the buttons enabled
document.addEventListener("htmx:after:swap", showAll);
showAll();
