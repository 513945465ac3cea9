// The server in the top bar, kept true by each refresh: what Server-Timing tells of the first LiveKit call that went well.
const live = document.querySelector("#live[data-hx-get]");
const box = document.getElementById("server");

function show(state, latency, title) {
  box.dataset.state = state;
  box.querySelector("[data-latency]").textContent = latency;
  box.title = title;
}

// "ListRooms;dur=3.1, ListEgress;desc=failed;dur=1.0, total;dur=9" gives ListRooms, 3.1
function first(header) {
  for (const entry of (header ?? "").split(",")) {
    const [call, ...rest] = entry.split(";").map((part) => part.trim());
    const took = rest.find((part) => part.startsWith("dur="))?.slice(4);
    if (took && call !== "total" && !rest.includes("desc=failed")) return [call, Number(took)];
  }
  return [];
}

// "age;dur=4200" is how old the oldest answer was, in ms; it is there only where an answer was kept
export function age(headers) {
  return Number(/\bage;dur=(\d+)/.exec(headers.get("server-timing") ?? "")?.[1] ?? 0);
}

if (box) live?.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if ([502, 503, 504].includes(ctx.response.status)) return show("bad", "no answer", "");
  const [call, took] = first(ctx.response.headers.get("server-timing"));
  if (!call) return;
  const text = took.toFixed(took < 10 ? 1 : 0);
  const old = box.querySelector("[data-age]");
  const ms = age(ctx.response.headers);
  old.hidden = !ms;
  old.textContent = `${Math.ceil(ms / 1000)} s old`;
  show("ok", `${text} ms`, `${call} took this long`);
  for (const figure of live.querySelectorAll("[data-latency-figure]")) figure.textContent = text;
});
