// Why a feed shows or plays nothing, from what LiveKit reports of the track and from WebRTC's statistics; "" while its
// media arrives.
import { client } from "./client.js";

const { SubscriptionError, Track, TrackPublication } = client;
const PATIENCE_S = 5;
const STARTING = "Starting…";
const OUT_OF_VIEW = "Paused: not in view.";
const RESTRICTED = "Not permitted: the publisher restricts who may receive this track.";
const ENCRYPTED = "End-to-end encrypted: this page doesn't have the key.";
const UNDELIVERED = "LiveKit hasn't sent this track for";
const QUIET = { video: "No frames received for", audio: "No audio received for" };
const UNDECODED = "Frames are received, but this browser can't decode them";
const SLOW = "Paused by LiveKit: the connection to this browser is too slow.";

// "video/H264" is H264
const codec = ({ mimeType }) => mimeType?.split("/").at(-1) || "unknown codec";

// a reason that LiveKit reports; while there is one, no media is due
export function knownReason({ publication, track, wanted, error }) {
  if (publication.isMuted) return "Muted by the publisher or a moderator.";
  if (!wanted) return OUT_OF_VIEW;
  if (publication.permissionStatus === TrackPublication.PermissionStatus.NotAllowed) return RESTRICTED;
  if (error === SubscriptionError.SE_CODEC_UNSUPPORTED) return `This browser can't decode ${codec(publication)}.`;
  if (error !== null) return "LiveKit couldn't deliver this track.";
  if (publication.isEncrypted) return ENCRYPTED;
  if (track?.streamState === Track.StreamState.Paused) return SLOW;
  return track && !publication.isEnabled ? OUT_OF_VIEW : "";
}

// a reason that only the statistics show
export function measuredReason({ publication, track, progress }) {
  const { kind } = publication;
  const quiet = progress.quiet("arrived");
  if (quiet >= PATIENCE_S) return `${track ? QUIET[kind] : UNDELIVERED} ${quiet} s.`;
  if (!progress.has("arrived")) return STARTING;
  if (kind !== "video") return "";
  if (progress.quiet("decoded") >= PATIENCE_S) return `${UNDECODED} (${codec(publication)}).`;
  return progress.has("decoded") ? "" : STARTING;
}
