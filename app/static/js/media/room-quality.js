// [data-quality]: on the page of a room, how LiveKit rates the connection of each participant shown. No media is
// received: LiveKit only rates participants to whose tracks the observer is subscribed, and those tracks are paused
// immediately.
import { client } from "./client.js";
import { observe } from "./observer.js";
import { showQuality } from "./quality.js";
import { drawRows } from "./quality-rows.js";

const { RoomEvent } = client;
const EVENTS = [
  RoomEvent.Connected,
  RoomEvent.ParticipantConnected,
  RoomEvent.ParticipantDisconnected,
  RoomEvent.TrackPublished,
  RoomEvent.TrackUnpublished,
  RoomEvent.ConnectionQualityChanged,
];
const STATES = {
  joining: "Joining…",
  joined: "",
  lost: "Retrying.",
  over: "Reload the page to start again.",
};
const MAX_PARTICIPANTS = 200;
const { url } = document.querySelector("[data-quality]").dataset;
let room = null;
let message = "";

// one track of a participant is enough for a rating
function subscribe(participant, wanted) {
  const publications = [...participant.trackPublications.values()];
  const rated = publications.find((each) => each.kind === "audio") ?? publications[0];
  for (const each of publications) {
    const keep = wanted && each === rated;
    if (each.isDesired === keep) continue;
    each.setSubscribed(keep);
    if (keep) each.setEnabled(false);
  }
}

function show() {
  const tags = new Map([...document.querySelectorAll("[data-quality-of]")].map((tag) => [tag.dataset.qualityOf, tag]));
  // also those that are not shown, after those that are: a rating is not repeated for who subscribes later
  const participants = [...(room?.remoteParticipants.values() ?? [])];
  participants.sort((a, b) => tags.has(b.identity) - tags.has(a.identity));
  participants.forEach((each, index) => subscribe(each, index < MAX_PARTICIPANTS));
  for (const [identity, tag] of tags) showQuality(tag, room?.remoteParticipants.get(identity)?.connectionQuality);
  const line = document.querySelector("[data-quality] [data-says]");
  const text = [message, drawRows()].filter(Boolean).join(" ");
  if (line && line.textContent !== text) line.textContent = text;
}

const stop = observe({
  url,
  options: {},
  onRoom: (joined) => {
    room = joined;
    for (const event of EVENTS) room.on(event, show);
  },
  onState: (state, reason) => {
    if (state === "lost" || state === "over") room = null;
    message = [reason, STATES[state]].filter(Boolean).join(" ");
    show();
  },
});
// a refresh prints the page without the ratings; if it has no column for them, nobody reads them
document.addEventListener("htmx:after:swap", () => {
  if (document.querySelector("[data-quality]")) show();
  else stop("");
});
for (const event of ["released", "quality-view"]) document.addEventListener(event, show);
