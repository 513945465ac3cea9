// form[data-act] anywhere and form[data-form] in the dialog are sent by htmx. An answer of 204 reports success in its
// HX-Trigger header; HTML goes to the dialog.
import { refreshNow } from "../shared/live.js";
import { describe } from "../shared/failures.js";
import { notify } from "../shared/messages.js";

const dialog = document.getElementById("dialog");
const body = document.getElementById("dialog-body");
const NO_ANSWER =
  "The dashboard isn't responding. Your change may or may not have been applied; check before you try again.";

document.addEventListener("submit", (event) => {
  const form = event.target;
  const handled = form.matches("[data-act]") || (body?.contains(form) && form.matches("[data-form]"));
  if (!handled || event.defaultPrevented || !window.htmx) return;
  event.preventDefault();
  const button = event.submitter;
  if (button?.hasAttribute("data-js-busy")) return;
  button?.setAttribute("data-js-busy", "");
  // attributes, not properties: a field named "action" would hide them
  const action = button?.getAttribute("formaction") ?? form.getAttribute("action");
  const verb = button?.getAttribute("formmethod") ?? form.getAttribute("method") ?? "get";
  const values = verb.toLowerCase() === "get" ? { partial: "1" } : undefined;
  htmx.ajax(verb, action, { source: form, event, button, values, target: body, swap: "innerHTML" });
});

document.addEventListener("htmx:finally:request", ({ detail }) => {
  detail.ctx.button?.removeAttribute("data-js-busy");
});

// an error without a form must not replace the form that is being filled in
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx, tasks } = event.detail;
  if (ctx.target !== body || ctx.response.status < 400) return;
  const answer = tasks[0]?.fragment;
  const filling = dialog.open && body.querySelector("form[data-form]") && !answer?.querySelector("form");
  if (filling || !ctx.text.trim()) {
    event.preventDefault();
    notify(describe(ctx.response), "bad");
  } else if (ctx.button) {
    nameAction(answer, ctx.button);
  }
});

// the error page in the dialog says which click it answers
function nameAction(answer, button) {
  const note = answer?.querySelector("[data-failed-action]");
  if (!note) return;
  const row = button.closest(".person, tr");
  const named = document.getElementById(row?.dataset.partOf) ?? row;
  const subject = named?.querySelector("td.person bdi, .name")?.textContent.trim();
  const label = (button.getAttribute("aria-label") || button.textContent).trim();
  note.querySelector("bdi").textContent = subject ? `${label} (${subject})` : label;
  note.hidden = false;
}

document.addEventListener("htmx:error", ({ detail }) => {
  if (detail.ctx?.request.method === "POST") notify(NO_ANSWER, "bad");
});

// HX-Trigger: {"done": {"text": …, "kind": …, "href": …}}
document.addEventListener("done", ({ detail }) => {
  if (dialog.open) dialog.close();
  if (detail.text) notify(detail.text, detail.kind, detail.href);
  refreshNow();
});
