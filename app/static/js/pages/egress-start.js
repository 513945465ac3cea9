// form[data-preview]: after a pause in typing, the server says what the form would write, in #preview. Only the fields
// that data-preview-fields names are sent, because they are part of an address: none of them is a credential.
const PAUSE_MS = 300;
const form = document.querySelector("form[data-preview]");
const preview = document.getElementById("preview");
let timer = null;

function query() {
  const names = new Set(form.dataset.previewFields.split(" "));
  const typed = [...new FormData(form)].filter(([name]) => names.has(name));
  return new URLSearchParams([...typed, ["partial", "1"]]);
}

function update() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    htmx.ajax("GET", `${form.dataset.preview}?${query()}`, { source: preview, target: preview, swap: "innerHTML" });
  }, PAUSE_MS);
}

function unavailable() {
  preview.textContent = "The preview is not available: the dashboard isn't responding.";
}

if (form && window.htmx) {
  form.addEventListener("input", update);
  preview.setAttribute("data-hx-sync", "replace");
  document.addEventListener("htmx:error", ({ detail }) => {
    if (detail.ctx?.sourceElement === preview) unavailable();
  });
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = event.detail;
    if (ctx.target !== preview || ctx.response.status < 400) return;
    event.preventDefault();
    unavailable();
  });
}

// a form that came back begins with what is wrong in it
document.querySelector(".start-form [aria-invalid=true]")?.focus();
