// The grid of tiles, kept as the room is: who comes, leaves, publishes, mutes; and which tiles are in view.
import { client } from "./client.js";
import { Tile } from "./tile.js";

const { RoomEvent } = client;
const CHANGES = [RoomEvent.ParticipantConnected, RoomEvent.TrackPublished, RoomEvent.TrackUnpublished, RoomEvent.TrackSubscribed, RoomEvent.TrackUnsubscribed,
  RoomEvent.TrackMuted, RoomEvent.TrackUnmuted, RoomEvent.ConnectionQualityChanged, RoomEvent.ParticipantNameChanged];
const name = (who) => who.name || who.identity;

export class Tiles {
  constructor(grid) {
    this.grid = grid;
    this.byIdentity = new Map();
    this.sound = false;
    this.watching = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) target.toggleAttribute("data-js-view", isIntersecting);
      for (const tile of this.byIdentity.values()) tile.draw(this.sound);
    });
  }

  follow(room) {
    this.clear();
    this.room = room;
    for (const event of CHANGES) room.on(event, (...told) => this.draw(told.find((each) => each?.trackPublications)));
    room.on(RoomEvent.ParticipantDisconnected, (who) => this.close(who.identity));
    room.on(RoomEvent.Connected, () => [...room.remoteParticipants.values()].sort((a, b) => name(a).localeCompare(name(b))).forEach((who) => this.draw(who)));
  }

  draw(who) {
    // what a room says while it is being left draws nothing
    if (!who || this.room?.remoteParticipants.get(who.identity) !== who) return;
    if (!this.byIdentity.has(who.identity)) {
      const tile = new Tile(who);
      this.byIdentity.set(who.identity, tile);
      this.grid.append(tile.box);
      this.watching.observe(tile.box);
    }
    this.byIdentity.get(who.identity).draw(this.sound);
  }

  close(identity) {
    const tile = this.byIdentity.get(identity);
    if (!tile) return;
    this.watching.unobserve(tile.box);
    tile.close();
    this.byIdentity.delete(identity);
  }

  clear() {
    this.room = null;
    for (const identity of [...this.byIdentity.keys()]) this.close(identity);
  }

  get feeds() {
    return [...this.byIdentity.values()].flatMap((tile) => [...tile.feeds.values()]);
  }
}
