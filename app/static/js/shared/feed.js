// What the stream of live updates said last: how long ago LiveKit sent webhooks, and how many streams the server has.
import { liveBlock } from "./live.js";

// as in app/live/feed.py
const ALIVE_MS = 15 * 60 * 1000;
// a stream says something every 15 s
const SILENT_MS = 40_000;
// together, open pages ask no more often than if each of them asked every 5 s
const GAP_MS = 500;
const GAP_MS_EACH = 5;
const until = { rooms: 0, egress: 0, ingress: 0 };
let heard = 0;
let streams = 0;
// false while something changes that no webhook reports, such as a muted track
let calm = false;

const area = (topic) => topic.split(":", 1)[0];
const isFresh = (part) => until[part] > Date.now();
const changed = () => document.dispatchEvent(new CustomEvent("feed"));
const topics = () => JSON.parse(liveBlock()?.dataset.topics ?? "[]");

export function hear(message) {
  heard = Date.now();
  streams = message.streams;
  for (const part of Object.keys(until)) {
    until[part] = part in message.fed ? heard + ALIVE_MS - message.fed[part] * 1000 : 0;
  }
  changed();
}

export function lose() {
  heard = 0;
  changed();
}

// a job can have a webhook of its own, so egress and ingress prove only their own part of the feed
export function isLive() {
  const own = topics();
  if (!own.length || Date.now() - heard > SILENT_MS) return false;
  return isFresh("rooms") || own.every((topic) => isFresh(area(topic)));
}

// in milliseconds since 1970; 0 if there was none within 15 minutes
export function lastEvent() {
  const latest = Math.max(...Object.values(until));
  return latest > Date.now() ? latest - ALIVE_MS : 0;
}

// the area alone stands for everything in it
export function concerns(them) {
  return topics().some((own) => them.some((other) => other === "*" || other === own || own.startsWith(`${other}:`)));
}

export const gap = () => Math.max(GAP_MS, streams * GAP_MS_EACH);
export const spread = () => Math.random() * (gap() - GAP_MS);

export function setCalm(now) {
  calm = now;
}

export const isCalm = () => calm;
