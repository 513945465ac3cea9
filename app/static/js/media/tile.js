// One participant in the grid: name, connection quality, and a feed for each published track. Only what is in view is subscribed to.
import { Feed } from "./feed.js";
import { tell } from "./quality.js";

const pattern = document.querySelector("template[data-tile]");

export class Tile {
  constructor(who) {
    this.who = who;
    this.feeds = new Map();
    this.box = pattern.content.firstElementChild.cloneNode(true);
    this.box.dataset.identity = who.identity;
  }

  get inView() {
    return this.box.hasAttribute("data-js-view");
  }

  draw(sound) {
    const published = this.who.trackPublications;
    for (const [sid, feed] of this.feeds) if (!published.has(sid)) { feed.close(); this.feeds.delete(sid); }
    for (const [sid, publication] of published) {
      if (!this.feeds.has(sid)) {
        const feed = new Feed(publication);
        this.feeds.set(sid, feed);
        this.box.querySelector("[data-feeds]")[feed.meter ? "append" : "prepend"](feed.box);
      }
      this.feeds.get(sid).draw(this.inView, sound);
    }
    // a box that is not there is not in view either
    this.box.hidden = published.size === 0;
    const name = this.box.querySelector("[data-name]");
    name.textContent = name.title = this.who.name || this.who.identity;
    tell(this.box.querySelector("[data-quality]"), this.who.connectionQuality);
  }

  close() {
    for (const feed of this.feeds.values()) feed.close();
    this.box.remove();
  }
}
