// The one who tries: camera and microphone on and off, own picture and level, and whether the token lets them be published.
import { client } from "./client.js";
import { list } from "./devices.js";
import { Ear } from "./ear.js";

const { RoomEvent, Track } = client;
// source, its number in livekit_models.proto, and how to turn it
const KINDS = {
  microphone: [Track.Source.Microphone, 2, (me, on) => me.setMicrophoneEnabled(on)],
  camera: [Track.Source.Camera, 1, (me, on) => me.setCameraEnabled(on)],
};
const CHANGES = [RoomEvent.Connected, RoomEvent.Reconnected, RoomEvent.LocalTrackPublished, RoomEvent.LocalTrackUnpublished, RoomEvent.TrackMuted, RoomEvent.TrackUnmuted, RoomEvent.ActiveDeviceChanged, RoomEvent.ParticipantPermissionsChanged];
const BEAT_MS = 200;
const [page, own, trouble] = ["try", "own", "trouble"].map((name) => document.querySelector(`[data-${name}]`));
let me = null;
let heard = null;
let ear = null;

// the publication's track while it is published and not muted
function live(source) {
  const publication = me.getTrackPublication(source);
  return publication && !publication.isMuted ? publication.track : undefined;
}

function draw() {
  const { canPublish = false, canPublishSources = [] } = me.permissions ?? {};
  page.querySelector("[data-me]").textContent = me.name || me.identity;
  for (const button of page.querySelectorAll("[data-toggle]")) {
    const [source, number] = KINDS[button.dataset.toggle];
    button.disabled = !canPublish || (canPublishSources.length > 0 && !canPublishSources.includes(number));
    button.title = button.disabled ? "The token does not let this be published" : "";
    button.setAttribute("aria-pressed", String(Boolean(live(source))));
  }
  const camera = live(Track.Source.Camera);
  own.hidden = !camera;
  camera?.attach(own);
  const sound = live(Track.Source.Microphone)?.mediaStreamTrack;
  if (sound !== heard) { ear?.close(); ear = sound ? new Ear(sound) : null; }
  heard = sound;
}

export function follow(room) {
  me = room.localParticipant;
  trouble.hidden = true;
  for (const event of CHANGES) room.on(event, draw);
  room.on(RoomEvent.Disconnected, () => { ear?.close(); ear = heard = null; });
}

page.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-toggle]");
  if (!button) return;
  trouble.textContent = "";
  if (!navigator.mediaDevices) trouble.textContent = "Browsers give camera and microphone to pages served over HTTPS only.";
  else try { await KINDS[button.dataset.toggle][2](me, button.getAttribute("aria-pressed") !== "true"); } catch (error) { trouble.textContent = error.message; }
  trouble.hidden = !trouble.textContent;
  draw();
  list();
});
setInterval(() => { page.querySelector("[data-level]").value = ear?.level() ?? 0; }, BEAT_MS);
