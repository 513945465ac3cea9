// What the Server-Timing header reports: the calls to LiveKit, and the age of the oldest cached answer.

// the first call that succeeded: "ListRooms;dur=3.1, ListEgress;desc=failed;dur=1.0, total;dur=9" gives ListRooms
export function firstCall(headers) {
  for (const entry of (headers.get("server-timing") ?? "").split(",")) {
    const [name, ...parameters] = entry.split(";").map((part) => part.trim());
    const duration = parameters.find((parameter) => parameter.startsWith("dur="))?.slice("dur=".length);
    if (duration && name !== "total" && !parameters.includes("desc=failed")) return { name, ms: Number(duration) };
  }
  return null;
}

// in milliseconds; 0 if nothing came from the cache
export function age(headers) {
  return Number(/\bage;dur=(\d+)/.exec(headers.get("server-timing") ?? "")?.[1] ?? 0);
}
