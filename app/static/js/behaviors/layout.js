// The choices of how a list is shown apply immediately: each is a field of the form that remembers them.
document.addEventListener("change", ({ target }) => {
  if (target.form?.id === "layout") target.form.requestSubmit();
});
