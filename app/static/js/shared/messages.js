// Messages for the user. `kind` is ok, warn or bad; behaviors/toasts.js shows them.
export function notify(text, kind = "ok") {
  document.dispatchEvent(new CustomEvent("notify", { detail: { text, kind } }));
}

// for screen readers only
export function announce(text) {
  document.getElementById("announce").textContent = text;
}
