// The LiveKit server in the top bar, updated by each refresh: whether it responds, how fast, and how old its answer is.
import { failure } from "../shared/failures.js";
import { isLiveBlock } from "../shared/live.js";
import { age, firstCall } from "../shared/timing.js";

const box = document.getElementById("server");

function show(state, latency, title) {
  box.dataset.state = state;
  box.querySelector("[data-latency]").textContent = latency;
  box.title = title;
}

function showAge(ms) {
  const note = box.querySelector("[data-age]");
  note.hidden = !ms;
  note.textContent = `${Math.ceil(ms / 1000)} s old`;
}

// elements that are only true while LiveKit responds, and those that replace them meanwhile
function showAvailability(server) {
  for (const element of document.querySelectorAll("[data-while-reachable]")) element.hidden = Boolean(server);
  for (const element of document.querySelectorAll("[data-while-unreachable]")) element.hidden = !server;
}

document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (!box || !isLiveBlock(ctx.sourceElement)) return;
  const { headers } = ctx.response;
  const { server = "", reason = "" } = failure(ctx.response) ?? {};
  showAvailability(server);
  if (server) {
    show("bad", server, reason);
    showAge(0);
    return;
  }
  const call = firstCall(headers);
  if (!call) return;
  const latency = call.ms.toFixed(call.ms < 10 ? 1 : 0);
  show("ok", `${latency} ms`, `${call.name}: ${latency} ms`);
  showAge(age(headers));
});
