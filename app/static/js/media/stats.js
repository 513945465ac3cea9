// What this browser receives of a track, from WebRTC's own statistics (w3.org/TR/webrtc-stats); null where the browser does not tell.
const earlier = new WeakMap();

function share(part, rest) {
  return part + rest > 0 ? (100 * Math.max(0, part)) / (Math.max(0, part) + rest) : 0;
}

export async function measure(track) {
  const report = [...((await track.getRTCStatsReport())?.values() ?? [])];
  const now = report.find((entry) => entry.type === "inbound-rtp");
  if (!now) return null;
  const pair = report.find((entry) => entry.type === "candidate-pair" && entry.nominated && entry.state === "succeeded");
  const then = earlier.get(track);
  earlier.set(track, now);
  const seconds = then ? (now.timestamp - then.timestamp) / 1000 : 0;
  const fresh = seconds > 0;
  return {
    bitrate: fresh ? (8 * (now.bytesReceived - then.bytesReceived)) / seconds : null,
    loss: fresh ? share(now.packetsLost - then.packetsLost, now.packetsReceived - then.packetsReceived) : null,
    jitter: now.jitter === undefined ? null : now.jitter * 1000,
    trip: pair?.currentRoundTripTime === undefined ? null : pair.currentRoundTripTime * 1000,
    fps: now.kind === "video" ? now.framesPerSecond ?? null : null,
    size: now.frameWidth ? `${now.frameWidth} × ${now.frameHeight}` : null,
  };
}
