// form[data-act] anywhere and form[data-form] in the dialog are posted by htmx: 204 says "done" by header, HTML goes to the dialog.
const dialog = document.getElementById("dialog");
const body = document.getElementById("dialog-body");
const LOST = "The dashboard does not answer. Nothing is known of what happened: look before you try again.";

function say(text, kind) {
  document.dispatchEvent(new CustomEvent("say", { detail: { text, kind } }));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const ours = form.matches("[data-act]") || (body?.contains(form) && form.matches("[data-form]"));
  if (!ours || event.defaultPrevented || !window.htmx) return;
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

document.addEventListener("htmx:finally:request", ({ detail }) => detail.ctx.button?.removeAttribute("data-js-busy"));

// "unchanged" is an answer for the polled block alone: the dialog was emptied since, so the same page must come again
document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (ctx.sourceElement.id !== "live") delete ctx.request.headers["HX-PTag"];
});

document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  const token = ctx.response.headers.get("x-csrf-token");
  if (token) for (const input of document.querySelectorAll("input[name=csrf]")) input.value = token;
});

// a failure that brings no form must not take away the one being filled in
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx, tasks } = event.detail;
  if (ctx.target !== body || ctx.response.status < 400) return;
  const answer = tasks[0]?.fragment;
  const filling = dialog.open && body.querySelector("form[data-form]") && !answer?.querySelector("form");
  if (!filling && ctx.text.trim()) return;
  event.preventDefault();
  say(answer?.querySelector("[data-reason]")?.textContent.trim() || `The dashboard answered ${ctx.response.status} and no word more.`, "bad");
});

document.addEventListener("htmx:error", ({ detail }) => {
  if (detail.ctx?.request.method === "POST") say(LOST, "bad");
});

// HX-Trigger: {"done": {"text": …, "kind": …}}
document.addEventListener("done", ({ detail }) => {
  if (dialog.open) dialog.close();
  say(detail.text, detail.kind);
  const live = document.querySelector("#live[data-hx-get]");
  if (live) htmx.trigger(live, "refresh");
});
