// [data-reveal="id"]: a checkbox that shows what is typed into the password field; it is covered again when it is sent,
// so that browsers offer to save it and nobody reads it from the screen.
document.addEventListener("change", (event) => {
  const id = event.target.closest("[data-reveal]")?.dataset.reveal;
  if (id) document.getElementById(id).type = event.target.checked ? "text" : "password";
});

document.addEventListener("submit", (event) => {
  for (const box of event.target.querySelectorAll("[data-reveal]:checked")) {
    document.getElementById(box.dataset.reveal).type = "password";
  }
});
