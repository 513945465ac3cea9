// a[data-preset='{"field": value}']: fills in the form that contains it. Without scripts, the link opens the form with
// these values.
import { announce } from "../shared/messages.js";

function set(control, value) {
  if (control.type === "checkbox") control.checked = Array.isArray(value) ? value.includes(control.value) : value;
  else control.value = value;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-preset]");
  const form = link?.closest("form");
  if (!form || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  for (const [name, value] of Object.entries(JSON.parse(link.dataset.preset))) {
    for (const control of form.querySelectorAll(`[name="${name}"]`)) set(control, value);
  }
  for (const other of form.querySelectorAll("a[data-preset]")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  form.dispatchEvent(new Event("input", { bubbles: true }));
  announce(`${link.textContent}: ${link.title}`);
});
