// [data-watch]: the page that watches a room. Joins on request, shows what is received and what it costs, and leaves on
// request or with the page.
import { bitrate } from "./figures.js";
import { observe } from "./observer.js";
import { Tiles } from "./tiles.js";

const LEVELS_MS = 200;
const FIGURES_MS = 1000;
const page = document.querySelector("[data-watch]");
const part = (name) => page.querySelector(`[data-${name}]`);
const [start, end, sound, status, cost] = ["start", "stop", "sound", "says", "cost"].map(part);
const tiles = new Tiles(part("grid"));
const STATES = { joining: "Joining…", joined: "Watching.", lost: "Retrying.", over: "Not watching." };
let stop = null;

function show(state, reason) {
  const over = state === "over";
  page.dataset.state = state;
  status.textContent = [reason, STATES[state]].filter(Boolean).join(" ");
  if (state === "lost" || over) tiles.clear();
  start.hidden = !over;
  end.hidden = sound.hidden = over;
  // the pressed button is gone, and the focus must not go with it
  if (document.activeElement === document.body) (over ? start : end).focus();
  if (over) stop = null;
}

function describeCost(feeds) {
  const received = feeds.filter((feed) => feed.track);
  const bits = received.reduce((sum, feed) => sum + (feed.figures?.bitrate ?? 0), 0);
  const visible = new Set(received.map((feed) => feed.box.closest("[data-identity]"))).size;
  return (
    `Receiving ${bitrate(bits)} · ${received.length} of ${feeds.length} tracks · ` +
    `${visible} of ${tiles.byIdentity.size} participants visible. Off-screen tracks are paused.`
  );
}

start.addEventListener("click", () => {
  const options = { adaptiveStream: true };
  stop ??= observe({ url: page.dataset.url, options, onRoom: (room) => tiles.follow(room), onState: show });
});
end.addEventListener("click", () => stop?.(""));
sound.addEventListener("click", () => {
  tiles.sound = sound.getAttribute("aria-pressed") !== "true";
  sound.setAttribute("aria-pressed", String(tiles.sound));
  tiles.drawAll();
});

setInterval(() => tiles.feeds.forEach((feed) => feed.updateLevel()), LEVELS_MS);
setInterval(async () => {
  const { feeds } = tiles;
  await Promise.all(feeds.map((feed) => feed.updateFigures()));
  cost.textContent = page.dataset.state === "joined" ? describeCost(feeds) : "";
}, FIGURES_MS);
start.disabled = false;
