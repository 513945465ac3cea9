// The second half of a double click sends nothing: the first may be answered by then, and another button stand in its place.
document.addEventListener("click", (event) => {
  if (event.detail < 2 || !window.htmx) return;
  const button = event.target.closest("button, input[type=submit]");
  if (button?.form?.matches("[data-act], [data-form]")) event.preventDefault();
}, true);
