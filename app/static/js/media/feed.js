// One published track in a tile: its video or audio level, whether it is muted, and its statistics. draw() brings it in
// line with the publication and can be called at any time.
import { LevelMeter } from "./level.js";
import { measure } from "./stats.js";
import { showFigures } from "./figures.js";

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
    this.figures = null;
  }

  draw(subscribe, sound) {
    const { publication, media } = this;
    if (publication.isDesired !== subscribe) publication.setSubscribed(subscribe);
    this.box.querySelector("[data-muted]").hidden = !publication.isMuted;
    this.box.toggleAttribute("data-js-idle", publication.isMuted || !publication.track);
    if (this.track !== publication.track) this.attach(publication.track);
    // attach() turns the sound on
    media.muted = publication.kind === "video" || !sound;
  }

  attach(track) {
    this.detach();
    this.track = track;
    track?.attach(this.media);
    if (track && this.meter) this.levelMeter = new LevelMeter(track.mediaStreamTrack);
  }

  updateLevel() {
    if (!this.meter) return;
    this.meter.value = this.levelMeter && !this.publication.isMuted ? this.levelMeter.level() : 0;
  }

  async updateFigures() {
    this.figures = this.track ? await measure(this.track) : null;
    showFigures(this.box, this.figures);
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
