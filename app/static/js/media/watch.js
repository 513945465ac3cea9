// [data-watch]: the page that watches a room. Joins when asked, says what is received and what it costs, and leaves when asked or with the page.
import { rate } from "./figures.js";
import { observe } from "./observer.js";
import { Tiles } from "./tiles.js";

const HEAR_MS = 200;
const LOOK_MS = 1000;
const page = document.querySelector("[data-watch]");
const [start, end, sound, says, cost] = ["start", "stop", "sound", "says", "cost"].map((name) => page.querySelector(`[data-${name}]`));
const tiles = new Tiles(page.querySelector("[data-grid]"));
const WORDS = { joining: "Joining…", joined: "Watching.", lost: "Trying again.", over: "Nobody watches here now." };
let stop = null;

function said(state, text) {
  page.dataset.state = state;
  says.textContent = [text, WORDS[state]].filter(Boolean).join(" ");
  if (state === "lost" || state === "over") tiles.clear();
  start.hidden = state !== "over";
  end.hidden = sound.hidden = state === "over";
  // the button that was pressed is gone, and the focus must not go with it
  if (document.activeElement === document.body) (state === "over" ? start : end).focus();
  if (state === "over") stop = null;
}

function tell(feeds) {
  const seen = feeds.filter((feed) => feed.track);
  const bits = seen.reduce((sum, feed) => sum + (feed.found?.bitrate ?? 0), 0);
  const people = new Set(seen.map((feed) => feed.box.closest("[data-identity]"))).size;
  cost.textContent = page.dataset.state === "joined"
    ? `Receiving ${rate(bits)}: tracks ${seen.length} of ${feeds.length}, of ${people} of ${tiles.byIdentity.size} people here. The rest is out of view, and not sent.` : "";
}

start.addEventListener("click", () => {
  stop ??= observe({ url: page.dataset.url, options: { adaptiveStream: true }, met: (room) => tiles.follow(room), said });
});
end.addEventListener("click", () => stop?.(""));
sound.addEventListener("click", () => {
  tiles.sound = sound.getAttribute("aria-pressed") !== "true";
  sound.setAttribute("aria-pressed", String(tiles.sound));
  for (const tile of tiles.byIdentity.values()) tile.draw(tiles.sound);
});

setInterval(() => tiles.feeds.forEach((feed) => feed.hear()), HEAR_MS);
setInterval(async () => {
  const { feeds } = tiles;
  await Promise.all(feeds.map((feed) => feed.look()));
  tell(feeds);
}, LOOK_MS);
start.disabled = false;
