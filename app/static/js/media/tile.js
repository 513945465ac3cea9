// One participant in the grid: name, connection quality, and a feed for each published track. Only tiles in view are
// subscribed to.
import { Feed } from "./feed.js";
import { showQuality } from "./quality.js";

const template = document.querySelector("template[data-tile]");

export class Tile {
  constructor(participant) {
    this.participant = participant;
    this.feeds = new Map();
    this.box = template.content.firstElementChild.cloneNode(true);
    this.box.dataset.identity = participant.identity;
  }

  get inView() {
    return this.box.hasAttribute("data-js-view");
  }

  draw(sound) {
    const { name, identity, connectionQuality, trackPublications } = this.participant;
    this.removeFeedsExcept(trackPublications);
    for (const publication of trackPublications.values()) this.feed(publication).draw(this.inView, sound);
    // a hidden box is not in view either
    this.box.hidden = trackPublications.size === 0;
    const heading = this.box.querySelector("[data-name]");
    heading.textContent = heading.title = name || identity;
    showQuality(this.box.querySelector("[data-quality]"), connectionQuality);
  }

  removeFeedsExcept(published) {
    for (const [sid, feed] of this.feeds) {
      if (published.has(sid)) continue;
      feed.close();
      this.feeds.delete(sid);
    }
  }

  feed(publication) {
    const sid = publication.trackSid;
    if (!this.feeds.has(sid)) {
      const feed = new Feed(publication);
      const place = feed.meter ? "append" : "prepend";
      this.feeds.set(sid, feed);
      this.box.querySelector("[data-feeds]")[place](feed.box);
    }
    return this.feeds.get(sid);
  }

  close() {
    for (const feed of this.feeds.values()) feed.close();
    this.box.remove();
  }
}
