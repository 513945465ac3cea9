// Shows the messages of shared/messages.js. While a dialog is open, the message appears in it, because a modal dialog
// makes everything else inert.
const toasts = document.getElementById("toasts");
const template = document.getElementById("toast");
const dialog = document.getElementById("dialog");
const note = document.getElementById("dialog-note");
const SHOWN_MS = 6000;
const MAX_TOASTS = 4;

function toast({ text, kind, href }) {
  const item = template.content.cloneNode(true).firstElementChild;
  item.classList.add(kind);
  const words = href ? document.createElement("a") : document.createElement("span");
  if (href) words.href = href;
  words.textContent = text;
  item.querySelector("p").append(words);
  toasts.append(item);
  if (toasts.childElementCount > MAX_TOASTS) toasts.firstElementChild.remove();
  if (kind === "ok") removeLater(item);
}

function removeLater(item) {
  setTimeout(() => {
    // still being read, or about to be closed
    if (item.matches(":hover, :focus-within")) removeLater(item);
    else item.remove();
  }, SHOWN_MS);
}

document.addEventListener("notify", ({ detail }) => {
  if (!dialog.open) return toast(detail);
  note.className = `notice ${detail.kind}`;
  note.textContent = detail.text;
  note.hidden = false;
  note.scrollIntoView({ block: "nearest" });
});

document.addEventListener("click", (event) => {
  event.target.closest("[data-toast-close]")?.closest(".toast").remove();
});
