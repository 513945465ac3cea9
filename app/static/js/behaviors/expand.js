// a[data-expand]: expands or collapses a row in place. The address of the page says which rows are expanded, so a
// refresh and a reload keep them.
import { liveBlock, showAt } from "../shared/live.js";

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-expand]");
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (!link || elsewhere || !liveBlock() || !window.htmx) return;
  event.preventDefault();
  showAt(link.href, false);
});
