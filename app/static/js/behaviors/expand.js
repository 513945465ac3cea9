// a[data-expand]: expands or collapses a row in place. The address of the page says which rows are expanded, so a
// refresh and a reload keep them. On a page that doesn't refresh, its value selects the part that changes.
import { liveBlock, showAt, showPart } from "../shared/live.js";

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-expand]");
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (!link || elsewhere || !window.htmx) return;
  const part = link.dataset.expand;
  if (!liveBlock() && !part) return;
  event.preventDefault();
  if (liveBlock()) showAt(link.href, false);
  else showPart(link.href, part);
});
