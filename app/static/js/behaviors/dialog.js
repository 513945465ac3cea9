// a[data-dialog]: the linked page opens in the dialog, as does the answer to an action. The focus moves into the dialog
// and back. On a page that is itself a form, such links stay links: in a dialog over it, each id would exist twice.
import { opener, remember } from "../shared/opener.js";

const dialog = document.getElementById("dialog");
const body = document.getElementById("dialog-body");
const SLOW_MS = 150;
const FIRST_FIELD = "input:not([type=hidden]), select, textarea, .form-actions :is(a, button)";
let loading = null;

function fill(template) {
  body.replaceChildren(document.getElementById(template).content.cloneNode(true));
}

function open() {
  clearTimeout(loading);
  document.getElementById("dialog-note").hidden = true;
  if (!body.querySelector("#dialog-title")) body.querySelector("h1, h2")?.setAttribute("id", "dialog-title");
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
}

function opensInDialog(control, event) {
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  return control.matches("a[data-dialog]") && !control.closest("main .form-page") && !elsewhere && window.htmx;
}

document.addEventListener("click", (event) => {
  const control = event.target.closest("a, button");
  if (!control) return;
  if (!dialog.contains(control)) {
    // a shortcut clicks a link by script: the focus then returns to where it was
    remember(event.isTrusted ? control : document.activeElement);
  } else if (control.matches("[data-close]")) {
    event.preventDefault();
    dialog.close();
  }
  if (!opensInDialog(control, event)) return;
  event.preventDefault();
  clearTimeout(loading);
  loading = setTimeout(() => {
    fill("dialog-loading");
    open();
  }, SLOW_MS);
  htmx.ajax("GET", control.href, { source: body, target: body, swap: "innerHTML", values: { partial: "1" } });
});

body.addEventListener("htmx:error", ({ detail }) => {
  if (detail.ctx?.sourceElement !== body) return;
  fill("dialog-failed");
  body.querySelector("a").href = detail.ctx.request.action;
  open();
});

// before the swap, not after it: a swap takes time, and "Loading…" would replace what it brought
document.addEventListener("htmx:before:swap", ({ detail }) => {
  if (detail.ctx.target === body) clearTimeout(loading);
});

document.addEventListener("htmx:after:swap", ({ detail }) => {
  if (detail.ctx.target !== body || detail.ctx.swap === "none") return;
  // a form without an action belongs to the address that answered with it
  for (const form of body.querySelectorAll("form[data-form]:not([action])")) {
    form.setAttribute("action", detail.ctx.request.action);
  }
  open();
  const invalid = body.querySelector("[aria-invalid=true]");
  (invalid ?? body.querySelector("[autofocus]") ?? body.querySelector(FIRST_FIELD))?.focus();
});

dialog?.addEventListener("close", () => {
  htmx.trigger(body, "htmx:abort");
  body.replaceChildren();
  opener().focus({ preventScroll: true });
});
