// The result of one connection check in the list, and all of them as a text to copy.
import { client } from "./client.js";

const RESULTS = {
  idle: ["Not run", ""],
  running: ["Running…", ""],
  skipped: ["Skipped (not configured)", ""],
  unchecked: ["Not checked", ""],
  success: ["Passed", "ok"],
  warned: ["Passed with warnings", "warn"],
  failed: ["Failed", "bad"],
};

function line(log) {
  const item = document.createElement("li");
  item.textContent = log.level === "info" ? log.message : `${log.level}: ${log.message}`;
  return item;
}

export function show(item, state, logs = [], text = RESULTS[state][0]) {
  const tone = RESULTS[state][1];
  const result = item.querySelector("[data-result]");
  item.dataset.state = state;
  result.textContent = text;
  result.className = `tag ${tone}`;
  item.querySelector("[data-dot]").className = `dot ${tone}`;
  item.querySelector("[data-advice]").hidden = state !== "failed";
  item.querySelector("[data-logs]").replaceChildren(...logs.map(line));
}

function lines(item) {
  const logs = [...item.querySelectorAll("[data-logs] li")].map((log) => `  ${log.textContent}`);
  return [`${item.querySelector("b").textContent}: ${item.querySelector("[data-result]").textContent}`, ...logs];
}

export function report(server, items) {
  const head = [
    `Browser connection to ${server}`,
    new Date().toISOString(),
    `livekit-client ${client.version}`,
    navigator.userAgent,
  ];
  return [...head, "", ...items.flatMap(lines)].join("\n");
}
