// Rows are selected by the [data-select] checkboxes of a [data-selection]. Keeps the checkbox for all rows, the count,
// and the buttons that need a selection in step; data-needs-selection="2" needs exactly two rows.
function checkboxes(area) {
  return [...area.querySelectorAll("input[data-select]:not(:disabled, [data-js-hidden] *)")];
}

function show(area) {
  const all = checkboxes(area);
  const selected = all.filter((box) => box.checked).length;
  for (const box of area.querySelectorAll("input[data-select-all]")) {
    box.checked = selected > 0 && selected === all.length;
    box.indeterminate = selected > 0 && selected < all.length;
    box.disabled = all.length === 0;
  }
  for (const count of area.querySelectorAll("[data-selected-count]")) {
    const text = selected ? `${selected} selected` : "";
    if (count.textContent !== text) count.textContent = text;
  }
  for (const button of area.querySelectorAll("[data-needs-selection]")) {
    const wanted = Number(button.dataset.needsSelection);
    button.disabled = wanted ? selected !== wanted : selected === 0;
  }
}

function showAll() {
  document.querySelectorAll("[data-selection]").forEach(show);
}

document.addEventListener("change", ({ target }) => {
  const area = target.closest("[data-selection]");
  if (!area) return;
  if (target.matches("[data-select-all]")) {
    for (const box of checkboxes(area)) box.checked = target.checked;
  }
  if (target.matches("[data-select-all], [data-select]")) show(area);
});

// a refresh adds and removes rows, and prints the buttons enabled
document.addEventListener("htmx:after:swap", showAll);
showAll();
