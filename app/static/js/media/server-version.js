// The version of a LiveKit server. LiveKit reports it only to those who join, so this browser keeps the last one it saw
// for the Settings page.
import { recall, remember } from "../shared/settings.js";

const PREFIX = "livekit-version ";

export function keepVersion(url, version) {
  if (version) remember(PREFIX + url, JSON.stringify({ version, at: new Date().toISOString() }));
}

// the version and when it was seen, or null
export function lastVersion(url) {
  try {
    return JSON.parse(recall(PREFIX + url));
  } catch {
    return null;
  }
}
