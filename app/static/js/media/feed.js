// One published track in a tile: its video or audio level, why there is none, and its statistics. draw() brings it in
// line with the publication and can be called at any time.
import { client } from "./client.js";
import { LevelMeter } from "./level.js";
import { Progress } from "./progress.js";
import { knownReason, measuredReason } from "./reasons.js";
import { measure } from "./stats.js";
import { showFigures } from "./figures.js";

const { TrackEvent } = client;
const LABELS = {
  camera: "Camera",
  microphone: "Microphone",
  screen_share: "Screen share",
  screen_share_audio: "Screen share audio",
};
const template = document.querySelector("template[data-feed]");

export class Feed {
  constructor(publication) {
    const { kind, source, trackSid } = publication;
    this.publication = publication;
    this.box = template.content.firstElementChild.cloneNode(true);
    Object.assign(this.box.dataset, { kind, source, sid: trackSid });
    this.box.querySelector("[data-label]").textContent = LABELS[source] ?? `Other ${kind}`;
    for (const part of this.box.querySelectorAll("[data-for]")) {
      if (part.dataset.for !== kind) part.remove();
    }
    this.media = this.box.querySelector(kind);
    this.meter = this.box.querySelector("meter");
    this.reason = this.box.querySelector("[data-reason]");
    this.figures = this.error = null;
    this.progress = new Progress();
    publication.on(TrackEvent.SubscriptionFailed, (error) => {
      this.error = error;
      this.showReason();
    });
  }

  draw(subscribe, sound) {
    const { publication, media } = this;
    if (publication.isDesired !== subscribe) {
      publication.setSubscribed(subscribe);
      this.error = null;
    }
    this.wanted = subscribe;
    this.box.querySelector("[data-muted]").hidden = !publication.isMuted;
    if (this.track !== publication.track) this.attach(publication.track);
    // attach() turns the sound on
    media.muted = publication.kind === "video" || !sound;
    this.showReason();
  }

  attach(track) {
    this.detach();
    this.track = track;
    this.progress = new Progress();
    track?.attach(this.media);
    if (track && this.meter) this.levelMeter = new LevelMeter(track.mediaStreamTrack);
  }

  showReason() {
    const known = knownReason(this);
    if (known) this.progress.restart();
    const text = known || measuredReason(this);
    this.box.toggleAttribute("data-js-idle", Boolean(text));
    this.reason.textContent = text;
  }

  updateLevel() {
    if (!this.meter) return;
    this.meter.value = this.levelMeter && !this.publication.isMuted ? this.levelMeter.level() : 0;
  }

  async updateFigures() {
    const { track } = this;
    const figures = track ? await measure(track) : null;
    // the track may have gone in the meantime
    this.figures = track === this.track ? figures : null;
    if (this.figures) this.progress.update(this.figures);
    showFigures(this.box, this.figures);
    this.showReason();
  }

  detach() {
    this.track?.detach(this.media);
    this.levelMeter?.close();
    this.levelMeter = null;
  }

  close() {
    this.detach();
    this.box.remove();
  }
}
