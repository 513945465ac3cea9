// The grid of tiles, kept in step with the room: participants that join, leave, publish or mute, and which tiles are in
// view.
import { client } from "./client.js";
import { Tile } from "./tile.js";

const { RoomEvent } = client;
const EVENTS = [
  RoomEvent.ParticipantConnected,
  RoomEvent.TrackPublished,
  RoomEvent.TrackUnpublished,
  RoomEvent.TrackSubscribed,
  RoomEvent.TrackUnsubscribed,
  RoomEvent.TrackMuted,
  RoomEvent.TrackUnmuted,
  RoomEvent.ConnectionQualityChanged,
  RoomEvent.ParticipantNameChanged,
];
const nameOf = (participant) => participant.name || participant.identity;

export class Tiles {
  constructor(grid) {
    this.grid = grid;
    this.byIdentity = new Map();
    this.sound = false;
    this.intersections = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) target.toggleAttribute("data-js-view", isIntersecting);
      this.drawAll();
    });
  }

  follow(room) {
    this.clear();
    this.room = room;
    for (const event of EVENTS) {
      // the arguments differ from event to event; one of them is the participant
      room.on(event, (...details) => this.draw(details.find((each) => each?.trackPublications)));
    }
    room.on(RoomEvent.ParticipantDisconnected, ({ identity }) => this.close(identity));
    room.on(RoomEvent.Connected, () => {
      const participants = [...room.remoteParticipants.values()];
      participants.sort((a, b) => nameOf(a).localeCompare(nameOf(b))).forEach((each) => this.draw(each));
    });
  }

  draw(participant) {
    // events of a room that is being left draw nothing
    if (!participant || this.room?.remoteParticipants.get(participant.identity) !== participant) return;
    if (!this.byIdentity.has(participant.identity)) {
      const tile = new Tile(participant);
      this.byIdentity.set(participant.identity, tile);
      this.grid.append(tile.box);
      this.intersections.observe(tile.box);
    }
    this.byIdentity.get(participant.identity).draw(this.sound);
  }

  drawAll() {
    for (const tile of this.byIdentity.values()) tile.draw(this.sound);
  }

  close(identity) {
    const tile = this.byIdentity.get(identity);
    if (!tile) return;
    this.intersections.unobserve(tile.box);
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
