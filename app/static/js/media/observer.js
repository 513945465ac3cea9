// The dashboard's hidden observer in a room: joins, says how it goes, and joins again with a new token when the connection breaks.
import { client } from "./client.js";
import { mint } from "./token.js";

const { Room, RoomEvent, DisconnectReason } = client;
const WAITS_MS = [500, 1000, 2000, 5000];
const ALONE_MS = 30_000;
// livekit-client's own way back would open a room anew that has ended; the dashboard looks first
const NO_RECONNECT = { nextRetryDelayInMs: () => null };
const FINAL = { [DisconnectReason.PARTICIPANT_REMOVED]: "Somebody removed this observer from the room." };

// met(room) binds what listens; said(state, text) hears of joining, joined, lost, over; what comes back stops it
export function observe({ url, options, met, said }) {
  const observer = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  let [room, over, tries, timer, alone] = [null, false, 0, null, null];

  function stop(text) {
    over = true;
    clearTimeout(timer);
    clearTimeout(alone);
    room?.disconnect();
    said("over", text);
  }

  function again(text, status) {
    if (over) return;
    if (status && status < 500 && status !== 404) return stop(text);
    said("lost", text);
    clearTimeout(timer);
    timer = setTimeout(join, WAITS_MS[Math.min(tries++, WAITS_MS.length - 1)]);
  }

  // an observer keeps its room open like anybody else
  function count() {
    clearTimeout(alone);
    if (!over && room.remoteParticipants.size === 0) alone = setTimeout(() => stop("Nobody else is in the room. The observer has left, so that the room can close."), ALONE_MS);
  }

  async function join() {
    said("joining", "");
    try {
      const pass = await mint(url, { observer });
      if (over) return;
      room = new Room({ ...options, reconnectPolicy: NO_RECONNECT });
      room.on(RoomEvent.ParticipantConnected, count).on(RoomEvent.ParticipantDisconnected, count);
      room.on(RoomEvent.Disconnected, (reason) => (FINAL[reason] ? stop(FINAL[reason]) : again("The connection to LiveKit broke.")));
      met(room);
      await room.connect(pass.url, pass.token, { autoSubscribe: false, maxRetries: 0 });
      tries = 0;
      said("joined", "");
      count();
    } catch (error) { again(error.message, error.status); }
  }

  join();
  return stop;
}
