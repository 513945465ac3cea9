// The hidden observer of the dashboard in a room: joins, reports its state, and joins again with a new token when the
// connection breaks.
import { blockedReason } from "./mixed.js";
import { client } from "./client.js";
import { keepVersion } from "./server-version.js";
import { requestToken } from "./token.js";

const { Room, RoomEvent, DisconnectReason } = client;
const RETRIES_MS = [500, 1000, 2000, 5000];
const ALONE_MS = 30_000;
const OPTIONS = {
  // livekit-client's own reconnect would open a room again that has ended; the dashboard checks first
  reconnectPolicy: { nextRetryDelayInMs: () => null },
  // over a single connection, LiveKit doesn't report that it has paused a video
  singlePeerConnection: false,
};
// if the connection is too slow, LiveKit pauses video instead of congesting it
const CONNECT = { autoSubscribe: false, maxRetries: 0, subscriberAllowPause: true };
const FINAL = { [DisconnectReason.PARTICIPANT_REMOVED]: "This observer was removed from the room." };

function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// whether another attempt can succeed: a room that is not there may come back, a missing permission will not
const isFinal = ({ blocked, status }) => blocked || (status && status < 500 && status !== 404);

// onRoom(room) adds the listeners of the page. onState(state, reason) is called with "joining", "joined", "lost" and
// "over"; while the observer retries, the reason is why the last attempt failed. Returns the function that stops it.
export function observe({ url, options, onRoom, onState }) {
  const observer = randomId();
  let [room, over, attempts, retryTimer, aloneTimer, lastReason] = [null, false, 0, null, null, ""];

  function stop(reason) {
    over = true;
    clearTimeout(retryTimer);
    clearTimeout(aloneTimer);
    room?.disconnect();
    onState("over", reason);
  }

  function retry(error) {
    if (over) return;
    if (isFinal(error)) return stop(error.message);
    lastReason = error.message;
    onState("lost", lastReason);
    clearTimeout(retryTimer);
    retryTimer = setTimeout(join, RETRIES_MS[Math.min(attempts++, RETRIES_MS.length - 1)]);
  }

  // as an agent, it doesn't keep the room open: there is just nothing left to watch
  function leaveIfAlone() {
    clearTimeout(aloneTimer);
    if (over || room.remoteParticipants.size > 0) return;
    const reason = "No one else is in the room, so the observer has left.";
    aloneTimer = setTimeout(() => stop(reason), ALONE_MS);
  }

  function disconnected(reason) {
    if (FINAL[reason]) stop(FINAL[reason]);
    else retry(new Error("The connection to LiveKit was lost."));
  }

  async function join() {
    onState("joining", lastReason);
    try {
      const access = await requestToken(url, { observer });
      if (over) return;
      const blocked = blockedReason(access.url);
      if (blocked) throw Object.assign(new Error(blocked), { blocked });
      room = new Room({ ...options, ...OPTIONS });
      room.on(RoomEvent.ParticipantConnected, leaveIfAlone).on(RoomEvent.ParticipantDisconnected, leaveIfAlone);
      room.on(RoomEvent.Disconnected, disconnected);
      onRoom(room);
      await room.connect(access.url, access.token, CONNECT);
      keepVersion(access.url, room.serverInfo?.version);
      attempts = 0;
      lastReason = "";
      onState("joined", "");
      leaveIfAlone();
    } catch (error) {
      retry(error);
    }
  }

  join();
  return stop;
}
