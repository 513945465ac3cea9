// [data-copy="value"]: copies the value, and confirms it beside the button and to screen readers.
import { announce } from "../shared/messages.js";

const SHOWN_MS = 1600;

// navigator.clipboard exists on HTTPS and loopback only; this older way also works on plain HTTP
function copySelection(text, button) {
  const box = document.createElement("textarea");
  box.className = "visually-hidden";
  box.value = text;
  // beside the button: outside an open dialog it could not be selected
  button.after(box);
  box.select();
  const copied = document.execCommand("copy");
  box.remove();
  button.focus({ preventScroll: true });
  return copied;
}

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelection(text, button);
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const copied = await copy(button.dataset.copy, button);
  const message = copied ? "Copied" : "Couldn't copy";
  button.dataset.jsCopied = message;
  announce(message);
  setTimeout(() => {
    delete button.dataset.jsCopied;
    announce("");
  }, SHOWN_MS);
});
