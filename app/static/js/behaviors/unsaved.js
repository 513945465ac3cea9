// What was typed in the dialog is not lost by a click beside it, nor by one Escape: the first one says so, the second means it.
const dialog = document.getElementById("dialog");
const body = document.getElementById("dialog-body");
let changed = false;
let warned = false;

function note(now) {
  changed = now;
  warned = false;
  // while text is unsaved a click on the backdrop closes nothing
  dialog.setAttribute("closedby", now ? "closerequest" : "any");
}

// what is typed to search is nothing to save
dialog?.addEventListener("input", ({ target }) => { if (!target.closest("[data-search]")) note(true); });
dialog?.addEventListener("close", () => note(false));
dialog?.addEventListener("cancel", (event) => {
  if (!changed || warned || event.target !== dialog) return;
  event.preventDefault();
  warned = true;
  document.dispatchEvent(new CustomEvent("say", { detail: { text: "What you typed is not saved. Escape once more closes this without saving.", kind: "warn" } }));
});
// a new page in the dialog, unless it is the same form: with its errors, with a question, or in another view
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const same = ctx.response.status >= 400 || (ctx.request.method === "POST" && body.querySelector("form[data-form]"));
  if (ctx.target === body && !same) note(false);
});
