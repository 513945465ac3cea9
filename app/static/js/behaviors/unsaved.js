// Text typed in the dialog is not lost by a click beside it or by one Escape: the first Escape warns, the second
// closes the dialog.
import { notify } from "../shared/messages.js";

const dialog = document.getElementById("dialog");
const body = document.getElementById("dialog-body");
let changed = false;
let warned = false;

function setChanged(now) {
  changed = now;
  warned = false;
  // with unsaved text, a click on the backdrop does not close the dialog
  dialog.setAttribute("closedby", now ? "closerequest" : "any");
}

// a search has nothing to save
dialog?.addEventListener("input", ({ target }) => {
  if (!target.closest("[data-search]")) setChanged(true);
});
dialog?.addEventListener("close", () => setChanged(false));
dialog?.addEventListener("cancel", (event) => {
  if (!changed || warned || event.target !== dialog) return;
  event.preventDefault();
  warned = true;
  notify("Unsaved changes. Press Esc again to discard them.", "warn");
});

// a new page in the dialog, unless it is the same form: with its errors, a confirmation, or another view
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const sameForm =
    ctx.response.status >= 400 || (ctx.request.method === "POST" && body.querySelector("form[data-form]"));
  if (ctx.target === body && !sameForm) setChanged(false);
});
