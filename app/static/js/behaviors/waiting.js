// [data-waiting] in a form: once the form is sent, says what is waited for and how long already, until the answer takes its place.
const EVERY_MS = 1000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  const note = form.querySelector("[data-waiting]");
  if (!note) return;
  const began = Date.now();
  const tell = () => { note.textContent = `${note.dataset.waiting} ${Math.round((Date.now() - began) / 1000)} s`; };
  const timer = setInterval(tell, EVERY_MS);
  note.hidden = false;
  tell();
  const stop = ({ detail }) => {
    if (detail.ctx.sourceElement !== form) return;
    clearInterval(timer);
    note.hidden = true;
    document.removeEventListener("htmx:finally:request", stop);
  };
  document.addEventListener("htmx:finally:request", stop);
});
