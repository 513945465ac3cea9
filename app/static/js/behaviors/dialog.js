// a[data-dialog]: its page opens in the dialog; so does whatever an action answers. Focus goes in, and back.
// What a page that is itself a form turns to stays a page: over it, each id would be there twice.
const dialog = document.getElementById("dialog");
const body = document.getElementById("dialog-body");
const SLOW_MS = 150;
const SAME = ["href", "formaction", "name", "value"];
let pressed = null, slow = null;

const fill = (id) => body.replaceChildren(document.getElementById(id).content.cloneNode(true));

function open() {
  clearTimeout(slow); document.getElementById("dialog-note").hidden = true;
  if (!body.querySelector("#dialog-title")) body.querySelector("h1, h2")?.setAttribute("id", "dialog-title");
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
}

// a refresh may have replaced what was pressed: the same link or button then, or the menu it is folded into, or the page
function opener() {
  const twin = (other) => SAME.every((name) => other.getAttribute(name) === pressed.getAttribute(name));
  const found = pressed?.isConnected ? pressed : pressed && [...document.querySelectorAll(`#main ${pressed.localName}`)].find(twin);
  return found?.closest("details.menu:not([open])")?.querySelector("summary") ?? found ?? document.getElementById("main");
}

document.addEventListener("click", (event) => {
  const control = event.target.closest("a, button");
  if (!control) return;
  // a key presses no button: the focus goes back to where it was
  if (!dialog.contains(control)) pressed = event.isTrusted ? control : document.activeElement;
  else if (control.matches("[data-close]")) { event.preventDefault(); dialog.close(); }
  if (!control.matches("a[data-dialog]") || control.closest("main .form-page") || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || !window.htmx) return;
  event.preventDefault();
  clearTimeout(slow);
  slow = setTimeout(() => { fill("dialog-loading"); open(); }, SLOW_MS);
  htmx.ajax("GET", control.href, { source: body, target: body, swap: "innerHTML", values: { partial: "1" } });
});

body.addEventListener("htmx:error", ({ detail }) => {
  if (detail.ctx?.sourceElement !== body) return;
  fill("dialog-failed");
  body.querySelector("a").href = detail.ctx.request.action;
  open();
});

// not after it: a swap takes its time, and "Loading…" would come in between and stay
document.addEventListener("htmx:before:swap", ({ detail }) => { if (detail.ctx.target === body) clearTimeout(slow); });

document.addEventListener("htmx:after:swap", ({ detail }) => {
  if (detail.ctx.target !== body || detail.ctx.swap === "none") return;
  // a form printed without one belongs to the address that answered with it
  for (const form of body.querySelectorAll("form[data-form]:not([action])")) form.setAttribute("action", detail.ctx.request.action);
  open();
  (body.querySelector("[aria-invalid=true]") ?? body.querySelector("[autofocus]") ?? body.querySelector("input:not([type=hidden]), select, textarea, .form-actions :is(a, button)"))?.focus();
});

dialog?.addEventListener("close", () => {
  htmx.trigger(body, "htmx:abort");
  body.replaceChildren();
  opener().focus({ preventScroll: true });
});
