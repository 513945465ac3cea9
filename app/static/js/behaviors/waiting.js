// [data-waiting] in a form: from sending the form until its answer, shows what is being waited for and for how long.
const EVERY_MS = 1000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  const note = form.querySelector("[data-waiting]");
  if (!note) return;
  const started = Date.now();
  const update = () => {
    note.textContent = `${note.dataset.waiting} ${Math.round((Date.now() - started) / 1000)} s`;
  };
  const timer = setInterval(update, EVERY_MS);
  const stop = ({ detail }) => {
    if (detail.ctx.sourceElement !== form) return;
    clearInterval(timer);
    note.hidden = true;
    document.removeEventListener("htmx:finally:request", stop);
  };
  note.hidden = false;
  update();
  document.addEventListener("htmx:finally:request", stop);
});
