// [data-try]: joins a room with the token that stands in the page, as any client does, until somebody leaves.
import { client } from "./client.js";
import { follow as useDevices } from "./devices.js";
import { follow as beSeen } from "./me.js";
import { follow as talk } from "./messages.js";
import { Tiles } from "./tiles.js";

const { Room, RoomEvent, DisconnectReason } = client;
const BEAT_MS = 200;
const LOOK_EVERY = 5;
const page = document.querySelector("[data-try]");
const [join, leave, says, before, during, people, nobody] = ["join", "leave", "says", "before", "during", "people", "nobody"].map((name) => page.querySelector(`[data-${name}]`));
const token = document.getElementById("try-token");
const tiles = new Tiles(page.querySelector("[data-grid]"));
let room = null;
let beats = 0;

function said(state, text) {
  page.dataset.state = state;
  says.textContent = text;
  join.hidden = state !== "idle";
  leave.hidden = state === "idle";
  during.hidden = state !== "joined" && state !== "lost";
  before.hidden = !during.hidden;
  if (document.activeElement === document.body) (state === "idle" ? join : leave).focus();
}

function over(reason) {
  tiles.clear();
  said("idle", reason === DisconnectReason.CLIENT_INITIATED ? "You have left." : `You are out of the room: ${(DisconnectReason[reason] ?? "the connection broke").toLowerCase().replaceAll("_", " ")}.`);
}

join.addEventListener("click", async () => {
  room = new Room({ adaptiveStream: true, dynacast: true });
  tiles.sound = true;
  tiles.follow(room);
  for (const follow of [useDevices, beSeen, talk]) follow(room);
  room.on(RoomEvent.Reconnecting, () => said("lost", "The connection broke. Trying to come back…"));
  room.on(RoomEvent.Reconnected, () => said("joined", "Back in the room."));
  said("joining", "Joining…");
  try {
    await room.connect(page.dataset.url, token.value.trim(), { autoSubscribe: false, maxRetries: 0 });
    room.on(RoomEvent.Disconnected, over);
    said("joined", `You are in ${room.name} as ${room.localParticipant.identity}.`);
  } catch (error) { said("idle", `LiveKit did not let you in: ${error.message}`); }
});
leave.addEventListener("click", () => room.disconnect());

setInterval(() => {
  const { feeds } = tiles;
  feeds.forEach((feed) => feed.hear());
  if (beats++ % LOOK_EVERY === 0) feeds.forEach((feed) => feed.look());
  people.textContent = room?.remoteParticipants.size ?? "";
  nobody.hidden = feeds.length > 0;
}, BEAT_MS);
join.disabled = false;
