// [data-flash]: a message about what was done before this page opened. It can be closed. The next action removes it; a
// success is also removed by a refresh, once there was time to read it.
import { isLiveBlock } from "../shared/live.js";

const READING_MS = 8000;

function remove(selector) {
  for (const notice of document.querySelectorAll(selector)) {
    if (!notice.matches(":hover, :focus-within")) notice.remove();
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-flash-close]");
  if (!button) return;
  button.closest("[data-flash]").remove();
  document.getElementById("main").focus({ preventScroll: true });
});

document.addEventListener("done", () => remove("[data-flash]"));

document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (!isLiveBlock(ctx.sourceElement) || ctx.response.status >= 400) return;
  if (performance.now() > READING_MS) remove("[data-flash].ok");
});
