// Once LiveKit responds again, an error in the dialog about its outage is outdated. The dialog closes, unless it holds
// input that can be sent again. Whether the action took effect is unknown, so the message names it.
import { notify } from "../shared/messages.js";

const dialog = document.getElementById("dialog");

document.addEventListener("recovered", () => {
  const error = dialog?.open ? dialog.querySelector("[data-error][data-outage]") : null;
  if (!error) return;
  const action = error.querySelector("[data-failed-action] bdi")?.textContent;
  if (!error.querySelector("details[open]")) dialog.close();
  notify(`LiveKit is reachable again.${action ? ` Check whether this was applied: ${action}.` : ""}`, "warn");
});
