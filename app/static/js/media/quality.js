// How LiveKit rates a participant's connection, as a tag; it tells an observer only of those whose tracks it is subscribed to.
const TONES = { excellent: "ok", good: "ok", poor: "warn", lost: "bad" };

export function tell(tag, quality) {
  const known = quality in TONES;
  tag.className = `tag ${known ? TONES[quality] : ""}`;
  tag.textContent = known ? quality : "not told yet";
  tag.title = known ? "Connection quality as LiveKit rates it" : "LiveKit tells the ratings when one of them changes";
}
