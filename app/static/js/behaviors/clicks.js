// Ignores the second half of a double click on a button that sends something: by then the first click may have been
// answered, and another button may have taken its place.
document.addEventListener(
  "click",
  (event) => {
    if (event.detail < 2 || !window.htmx) return;
    const button = event.target.closest("button, input[type=submit]");
    if (button?.form?.matches("[data-act], [data-form]")) event.preventDefault();
  },
  true,
);
