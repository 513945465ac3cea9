// [data-server-version]: the LiveKit server's version on the Settings page, as this browser saw it last.
import { ago } from "../shared/durations.js";
import { lastVersion } from "./server-version.js";

const place = document.querySelector("[data-server-version]");
const last = lastVersion(place.dataset.serverVersion);

if (last) {
  const time = document.createElement("time");
  time.dateTime = last.at;
  time.dataset.ago = "";
  time.textContent = ago((Date.now() - Date.parse(last.at)) / 1000);
  place.querySelector("[data-seen-at]").replaceWith(time);
  place.querySelector("[data-version]").textContent = last.version;
  place.hidden = false;
  place.previousElementSibling.hidden = true;
}
