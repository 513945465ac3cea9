// [data-quality]: on a room's page, while somebody wants it, how LiveKit rates the connection of each participant shown. Nothing is received: tracks are
// subscribed to, because LiveKit rates only those for an observer, and paused at once.
import { client } from "./client.js";
import { observe } from "./observer.js";
import { tell } from "./quality.js";

const { RoomEvent } = client;
const EVENTS = [RoomEvent.Connected, RoomEvent.ParticipantConnected, RoomEvent.ParticipantDisconnected, RoomEvent.TrackPublished, RoomEvent.TrackUnpublished, RoomEvent.ConnectionQualityChanged];
const WORDS = { joining: "Joining…", joined: "Shown beside each name.", lost: "Trying again.", over: "Load the page again to go on." };
const MOST = 200;
const { url } = document.querySelector("[data-quality]").dataset;
let room = null;
let text = "";

function want(who, wanted) {
  const publications = [...who.trackPublications.values()];
  const one = publications.find((each) => each.kind === "audio") ?? publications[0];
  for (const each of publications) {
    const keep = wanted && each === one;
    if (each.isDesired === keep) continue;
    each.setSubscribed(keep);
    if (keep) each.setEnabled(false);
  }
}

function show() {
  const tags = new Map([...document.querySelectorAll("[data-quality-of]")].map((tag) => [tag.dataset.qualityOf, tag]));
  // before they are shown too: LiveKit tells the ratings when one changes, and not again to who subscribes later
  const people = [...(room?.remoteParticipants.values() ?? [])].sort((a, b) => tags.has(b.identity) - tags.has(a.identity));
  people.forEach((who, at) => want(who, at < MOST));
  for (const [identity, tag] of tags) tell(tag, room?.remoteParticipants.get(identity)?.connectionQuality);
  const says = document.querySelector("[data-quality] [data-says]");
  if (says.textContent !== text) says.textContent = text;
}

observe({
  url,
  options: {},
  met: (met) => {
    room = met;
    for (const event of EVENTS) room.on(event, show);
  },
  said: (state, why) => {
    if (state === "lost" || state === "over") room = null;
    text = [why, WORDS[state]].filter(Boolean).join(" ");
    show();
  },
});
// a refresh prints the page without what was told
document.addEventListener("htmx:after:swap", show);
