// [data-doctor]: runs the connection checks of livekit-client, shows each result, and writes a report to copy.
import { blockedReason } from "./mixed.js";
import { client } from "./client.js";
import { requestToken } from "./token.js";
import { report, show } from "./doctor-results.js";
import { keepVersion } from "./server-version.js";

const { CheckStatus, ConnectionCheck } = client;
const page = document.querySelector("[data-doctor]");
const run = page.querySelector("[data-run]");
const copy = page.querySelector("[data-report]");
const summary = page.querySelector("[data-says]");
const items = [...page.querySelectorAll("[data-check]")];
// as the WebSocket check of livekit-client reports it
const VERSION = /server, version (.+?)\.?$/;
// all other checks connect to LiveKit first
const SIGNAL = "checkWebsocket";
const NO_SIGNAL = "Not checked: no signal connection";

function outcome(info) {
  if (info.status === CheckStatus.SKIPPED) return "skipped";
  if (info.status === CheckStatus.FAILED) return "failed";
  return info.logs.some((log) => log.level !== "info") ? "warned" : "success";
}

async function check(item) {
  show(item, "running");
  const { url, token } = await requestToken(page.dataset.url);
  const info = await new ConnectionCheck(url, token)[item.dataset.check]();
  show(item, outcome(info), info.logs);
  for (const { message } of info.logs) keepVersion(page.dataset.server, VERSION.exec(message)?.[1]);
}

const isSlow = (item) => item.querySelector("[data-slow]") !== null;
const isSelected = (item) => item.querySelector("[data-slow]:checked") !== null;

async function checkAll() {
  const signal = items.find((item) => item.dataset.check === SIGNAL);
  const others = items.filter((item) => item !== signal);
  await check(signal);
  if (signal.dataset.state === "failed") {
    for (const item of others) show(item, "unchecked", [], NO_SIGNAL);
    return;
  }
  // at the same time, each in a room of its own; the one that measures bandwidth comes last and alone
  await Promise.all(others.filter((item) => !isSlow(item)).map(check));
  for (const item of others.filter(isSelected)) await check(item);
}

function summarize() {
  const failed = items.filter((item) => item.dataset.state === "failed").length;
  const unchecked = items.filter((item) => item.dataset.state === "unchecked").length;
  if (unchecked) return "The signal connection failed, so the other checks were not run.";
  return failed ? `${failed} of ${items.length} checks failed.` : "No check failed.";
}

run.addEventListener("click", async () => {
  run.disabled = true;
  copy.hidden = true;
  summary.textContent = "Checking. Keep this page open.";
  for (const item of items) show(item, "idle");
  try {
    await checkAll();
    summary.textContent = summarize();
    copy.dataset.copy = report(page.dataset.server, items);
    copy.hidden = false;
  } catch (error) {
    summary.textContent = error.message;
  }
  run.disabled = false;
});

const blocked = blockedReason(page.dataset.server);
summary.textContent = blocked;
run.disabled = Boolean(blocked);
if (blocked) {
  for (const item of items) show(item, "unchecked", [], NO_SIGNAL);
}
