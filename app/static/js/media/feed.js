// One published track in a tile: its picture or level, whether it is muted, and its figures. Drawn anew from the publication as often as one likes.
import { Ear } from "./ear.js";
import { show } from "./figures.js";
import { measure } from "./stats.js";

const LABELS = { camera: "Camera", microphone: "Microphone", screen_share: "Screen share", screen_share_audio: "Screen share audio" };
const pattern = document.querySelector("template[data-feed]");

export class Feed {
  constructor(publication) {
    this.publication = publication;
    this.box = pattern.content.firstElementChild.cloneNode(true);
    this.box.dataset.sid = publication.trackSid;
    this.box.dataset.kind = publication.kind;
    this.box.dataset.source = publication.source;
    this.box.querySelector("[data-label]").textContent = LABELS[publication.source] ?? `Other ${publication.kind}`;
    for (const part of this.box.querySelectorAll("[data-for]")) if (part.dataset.for !== publication.kind) part.remove();
    this.media = this.box.querySelector(publication.kind);
    this.meter = this.box.querySelector("meter");
    this.found = null;
  }

  draw(wanted, sound) {
    const { publication, media } = this;
    if (publication.isDesired !== wanted) publication.setSubscribed(wanted);
    this.box.querySelector("[data-muted]").hidden = !publication.isMuted;
    this.box.toggleAttribute("data-js-idle", publication.isMuted || !publication.track);
    if (this.track !== publication.track) {
      this.detach();
      this.track = publication.track;
      this.track?.attach(media);
      if (this.track && this.meter) this.ear = new Ear(this.track.mediaStreamTrack);
    }
    // attaching turns the sound on
    media.muted = publication.kind === "video" || !sound;
  }

  hear() {
    if (this.meter) this.meter.value = this.ear && !this.publication.isMuted ? this.ear.level() : 0;
  }

  async look() {
    this.found = this.track ? await measure(this.track) : null;
    show(this.box, this.found);
  }

  detach() {
    this.track?.detach(this.media);
    this.ear?.close();
    this.ear = null;
  }

  close() {
    this.detach();
    this.box.remove();
  }
}
