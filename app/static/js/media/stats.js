// What this browser receives of a track, from WebRTC's statistics (w3.org/TR/webrtc-stats); null for what the browser
// does not report, or what can't be known because nothing arrived.
const previous = new WeakMap();

// in percent; a count of lost packets can go down
function share(lost, received) {
  const part = Math.max(0, lost);
  return part + received > 0 ? (100 * part) / (part + received) : null;
}

export async function measure(track) {
  const entries = [...((await track.getRTCStatsReport())?.values() ?? [])];
  const now = entries.find((entry) => entry.type === "inbound-rtp");
  if (!now) return null;
  const pair = entries.find(({ type, nominated, state }) => {
    return type === "candidate-pair" && nominated && state === "succeeded";
  });
  const before = previous.get(track);
  previous.set(track, now);
  const seconds = before ? (now.timestamp - before.timestamp) / 1000 : 0;
  const comparable = seconds > 0;
  const change = (name) => (comparable ? (now[name] ?? 0) - (before[name] ?? 0) : null);
  const isVideo = now.kind === "video";
  return {
    bitrate: comparable ? (8 * change("bytesReceived")) / seconds : null,
    loss: comparable ? share(change("packetsLost"), change("packetsReceived")) : null,
    jitter: change("packetsReceived") && now.jitter !== undefined ? now.jitter * 1000 : null,
    trip: pair?.currentRoundTripTime === undefined ? null : pair.currentRoundTripTime * 1000,
    fps: isVideo && comparable ? change("framesDecoded") / seconds : null,
    size: now.frameWidth ? `${now.frameWidth} × ${now.frameHeight}` : null,
    // whole frames of video, packets of audio
    arrived: (isVideo ? now.framesReceived : now.packetsReceived) ?? 0,
    decoded: isVideo ? (now.framesDecoded ?? 0) : null,
  };
}
