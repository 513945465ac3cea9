// [data-try]: joins a room with the token on the page, as any client does, until the user leaves.
import { blockedReason } from "./mixed.js";
import { client } from "./client.js";
import { followDevices } from "./devices.js";
import { followMe } from "./me.js";
import { followMessages } from "./messages.js";
import { keepVersion } from "./server-version.js";
import { Tiles } from "./tiles.js";

const { ConnectionError, ConnectionErrorReason, DisconnectReason, Room, RoomEvent } = client;
const LEVELS_MS = 200;
const FIGURES_EVERY = 5;
const page = document.querySelector("[data-try]");
const part = (name) => page.querySelector(`[data-${name}]`);
const [join, leave, status, before, during] = ["join", "leave", "says", "before", "during"].map(part);
const [count, empty] = ["people", "nobody"].map(part);
const token = document.getElementById("try-token");
const tiles = new Tiles(part("grid"));
let room = null;
let ticks = 0;

function show(state, text) {
  page.dataset.state = state;
  status.textContent = text;
  join.hidden = state !== "idle";
  leave.hidden = state === "idle";
  during.hidden = state !== "joined" && state !== "lost";
  before.hidden = !during.hidden;
  // the pressed button is gone, and the focus must not go with it
  if (document.activeElement === document.body) (state === "idle" ? join : leave).focus();
}

function disconnected(reason) {
  tiles.clear();
  if (reason === DisconnectReason.CLIENT_INITIATED) return show("idle", "You left the room.");
  const name = DisconnectReason[reason]?.toLowerCase().replaceAll("_", " ");
  show("idle", `You were disconnected: ${name ?? "the connection was lost"}.`);
}

// only LiveKit itself rejects a token; everything else means that it was not reached
function explain(error) {
  const rejected = error instanceof ConnectionError && error.reason === ConnectionErrorReason.NotAllowed;
  return `${rejected ? "LiveKit rejected the token" : "Couldn't connect to LiveKit"}: ${error.message}`;
}

join.addEventListener("click", async () => {
  room = new Room({ adaptiveStream: true, dynacast: true });
  tiles.sound = true;
  tiles.follow(room);
  for (const follow of [followDevices, followMe, followMessages]) follow(room);
  room.on(RoomEvent.Reconnecting, () => show("lost", "The connection was lost. Reconnecting…"));
  room.on(RoomEvent.Reconnected, () => show("joined", "Reconnected."));
  show("joining", "Joining…");
  try {
    await room.connect(page.dataset.url, token.value.trim(), { autoSubscribe: false, maxRetries: 0 });
    keepVersion(page.dataset.url, room.serverInfo?.version);
    room.on(RoomEvent.Disconnected, disconnected);
    show("joined", `You are in ${room.name} as ${room.localParticipant.identity}.`);
  } catch (error) {
    show("idle", explain(error));
  }
});
leave.addEventListener("click", () => room.disconnect());

setInterval(() => {
  const { feeds } = tiles;
  feeds.forEach((feed) => feed.updateLevel());
  if (ticks++ % FIGURES_EVERY === 0) feeds.forEach((feed) => feed.updateFigures());
  count.textContent = room?.remoteParticipants.size ?? "";
  empty.hidden = feeds.length > 0;
}, LEVELS_MS);

const blocked = blockedReason(page.dataset.url);
status.textContent = blocked;
join.disabled = Boolean(blocked);
