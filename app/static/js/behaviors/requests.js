// What every request of htmx has in common: its address, its headers, and the CSRF token that an answer renews.
import { withoutCredentials } from "../shared/addresses.js";
import { isLiveBlock } from "../shared/live.js";

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  ctx.fetch = (address, options) => fetch(withoutCredentials(address), options);
  // "unchanged" is an answer for the live block alone: the dialog was emptied since, and needs the page again
  if (!isLiveBlock(ctx.sourceElement)) delete ctx.request.headers["HX-PTag"];
});

document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  const token = ctx.response.headers.get("x-csrf-token");
  if (!token) return;
  for (const input of document.querySelectorAll("input[name=csrf]")) input.value = token;
});
