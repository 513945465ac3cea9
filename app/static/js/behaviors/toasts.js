// Says things: document event "say" {text, kind: ok|warn|bad}. In an open dialog it is a note there, since a modal makes all else inert.
const toasts = document.getElementById("toasts");
const pattern = document.getElementById("toast");
const dialog = document.getElementById("dialog");
const note = document.getElementById("dialog-note");
const STAYS_MS = 6000;
const MOST = 4;

function toast({ text, kind = "ok" }) {
  const item = pattern.content.cloneNode(true).firstElementChild;
  item.classList.add(kind);
  item.querySelector("p").textContent = text;
  toasts.append(item);
  if (toasts.childElementCount > MOST) toasts.firstElementChild.remove();
  if (kind === "ok") leave(item);
}

function leave(item) {
  setTimeout(() => {
    // still being read or about to be closed by hand
    if (item.matches(":hover, :focus-within")) leave(item);
    else item.remove();
  }, STAYS_MS);
}

document.addEventListener("say", ({ detail }) => {
  if (!dialog.open) return toast(detail);
  note.className = `notice ${detail.kind ?? ""}`;
  note.textContent = detail.text;
  note.hidden = false;
  note.scrollIntoView({ block: "nearest" });
});

document.addEventListener("click", (event) => {
  event.target.closest("[data-toast-close]")?.closest(".toast").remove();
});
