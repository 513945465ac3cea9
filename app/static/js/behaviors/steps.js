// form[data-step] in the dialog: a step before the actual form, which opens in the dialog as a link's page would.
document.getElementById("dialog-body")?.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-step]") || !window.htmx) return;
  event.preventDefault();
  const link = document.createElement("a");
  link.href = `${form.action}?${new URLSearchParams(new FormData(form))}`;
  link.dataset.dialog = "";
  link.hidden = true;
  form.append(link);
  link.click();
});
