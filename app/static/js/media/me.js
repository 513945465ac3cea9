// The participant that joined with the token: camera and microphone on and off, own video and level, and whether the
// token permits publishing them.
import { client } from "./client.js";
import { listDevices } from "./devices.js";
import { LevelMeter } from "./level.js";

const { RoomEvent, Track } = client;
// the source, its number in livekit_models.proto, and how to turn it on and off
const SOURCES = {
  microphone: [Track.Source.Microphone, 2, (me, on) => me.setMicrophoneEnabled(on)],
  camera: [Track.Source.Camera, 1, (me, on) => me.setCameraEnabled(on)],
};
const EVENTS = [
  RoomEvent.Connected,
  RoomEvent.Reconnected,
  RoomEvent.LocalTrackPublished,
  RoomEvent.LocalTrackUnpublished,
  RoomEvent.TrackMuted,
  RoomEvent.TrackUnmuted,
  RoomEvent.ActiveDeviceChanged,
  RoomEvent.ParticipantPermissionsChanged,
];
const LEVEL_MS = 200;
const page = document.querySelector("[data-try]");
const video = document.querySelector("[data-own]");
const problem = document.querySelector("[data-trouble]");
let me = null;
let measured = null;
let levelMeter = null;

// the track of a source while it is published and not muted
function activeTrack(source) {
  const publication = me.getTrackPublication(source);
  return publication && !publication.isMuted ? publication.track : undefined;
}

function drawButtons() {
  const { canPublish = false, canPublishSources = [] } = me.permissions ?? {};
  for (const button of page.querySelectorAll("[data-toggle]")) {
    const [source, number] = SOURCES[button.dataset.toggle];
    const permitted = canPublishSources.length === 0 || canPublishSources.includes(number);
    button.disabled = !canPublish || !permitted;
    button.title = button.disabled ? "The token doesn't permit publishing this" : "";
    button.setAttribute("aria-pressed", String(Boolean(activeTrack(source))));
  }
}

function measureLevel(mediaStreamTrack) {
  if (mediaStreamTrack === measured) return;
  levelMeter?.close();
  levelMeter = mediaStreamTrack ? new LevelMeter(mediaStreamTrack) : null;
  measured = mediaStreamTrack;
}

function draw() {
  page.querySelector("[data-me]").textContent = me.name || me.identity;
  drawButtons();
  const camera = activeTrack(Track.Source.Camera);
  video.hidden = !camera;
  camera?.attach(video);
  measureLevel(activeTrack(Track.Source.Microphone)?.mediaStreamTrack);
}

export function followMe(room) {
  me = room.localParticipant;
  problem.hidden = true;
  for (const event of EVENTS) room.on(event, draw);
  room.on(RoomEvent.Disconnected, () => measureLevel(undefined));
}

async function toggle(button) {
  if (!navigator.mediaDevices) return "Browsers only give access to camera and microphone on pages loaded over HTTPS.";
  const turn = SOURCES[button.dataset.toggle][2];
  try {
    await turn(me, button.getAttribute("aria-pressed") !== "true");
    return "";
  } catch (error) {
    return error.message;
  }
}

page.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-toggle]");
  if (!button) return;
  problem.textContent = await toggle(button);
  problem.hidden = !problem.textContent;
  draw();
  listDevices();
});

setInterval(() => {
  page.querySelector("[data-level]").value = levelMeter?.level() ?? 0;
}, LEVEL_MS);
