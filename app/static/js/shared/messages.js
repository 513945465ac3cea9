// Messages for the user. `kind` is ok, warn or bad, `href` the page that a message is about; behaviors/toasts.js shows
// them.
export function notify(text, kind = "ok", href = "") {
  document.dispatchEvent(new CustomEvent("notify", { detail: { text, kind, href } }));
}

// for screen readers only
export function announce(text) {
  document.getElementById("announce").textContent = text;
}
