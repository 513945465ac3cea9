// How LiveKit rates a participant's connection, as a tag. An observer only receives ratings of participants to whose
// tracks it is subscribed, and each rating only when it changes.
const TONES = { excellent: "ok", good: "ok", poor: "warn", lost: "bad" };

export function showQuality(tag, quality) {
  const known = quality in TONES;
  tag.className = `tag ${known ? TONES[quality] : ""}`;
  tag.textContent = known ? quality : "Measuring…";
  tag.title = known ? "Connection quality as rated by LiveKit" : "LiveKit reports a rating when it changes";
}
