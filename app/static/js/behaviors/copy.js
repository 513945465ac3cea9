// [data-copy="value"]: copies the value, says so beside the button and to screen readers.
const SHOWN_MS = 1600;

// navigator.clipboard exists on https and loopback only; plain http on a network has this older way
function copyByHand(text, near) {
  const box = document.createElement("textarea");
  box.className = "visually-hidden";
  box.value = text;
  // beside the button: outside an open dialog it could take no selection
  near.after(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  near.focus({ preventScroll: true });
  return done;
}

async function copy(text, near) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByHand(text, near);
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const says = (await copy(button.dataset.copy, button)) ? "Copied" : "The browser refused";
  button.dataset.jsCopied = says;
  document.getElementById("announce").textContent = says;
  setTimeout(() => {
    delete button.dataset.jsCopied;
    document.getElementById("announce").textContent = "";
  }, SHOWN_MS);
});
