// [data-doctor]: runs livekit-client's checks each on its own, says what each found, and puts a report together to copy.
import { client } from "./client.js";
import { mint } from "./token.js";

const { CheckStatus, ConnectionCheck, version } = client;
const page = document.querySelector("[data-doctor]");
const [run, report, says] = ["run", "report", "says"].map((name) => page.querySelector(`[data-${name}]`));
const WORDS = {
  idle: ["not run", ""], running: ["running…", ""], skipped: ["not there to check", ""], success: ["works", "ok"], warned: ["works, but read this", "warn"], failed: ["fails", "bad"],
};

function state(info) {
  if (info.status === CheckStatus.SKIPPED) return "skipped";
  if (info.status === CheckStatus.FAILED) return "failed";
  if (info.status !== CheckStatus.SUCCESS) return "running";
  return info.logs.some((log) => log.level !== "info") ? "warned" : "success";
}

function show(item, now, logs = []) {
  item.dataset.state = now;
  const [text, tone] = WORDS[now];
  Object.assign(item.querySelector("[data-result]"), { textContent: text, className: `tag ${tone}` });
  item.querySelector("[data-dot]").className = `dot ${tone}`;
  item.querySelector("[data-advice]").hidden = now !== "failed";
  item.querySelector("[data-logs]").replaceChildren(...logs.map((log) => Object.assign(document.createElement("li"), { textContent: log.level === "info" ? log.message : `${log.level}: ${log.message}` })));
}

function written(items) {
  const lines = items.map((item) => [`${item.querySelector("b").textContent}: ${item.querySelector("[data-result]").textContent}`, ...[...item.querySelectorAll("[data-logs] li")].map((log) => `  ${log.textContent}`)]);
  return [`Connection of a browser to ${page.dataset.server}`, new Date().toISOString(), `livekit-client ${version}`, navigator.userAgent, "", ...lines.flat()].join("\n");
}

async function check(item) {
  show(item, "running");
  const pass = await mint(page.dataset.url);
  const info = await new ConnectionCheck(pass.url, pass.token)[item.dataset.check]();
  show(item, state(info), info.logs);
}

run.addEventListener("click", async () => {
  run.disabled = true;
  report.hidden = true;
  says.textContent = "Checking. Leave this page open.";
  const items = [...page.querySelectorAll("[data-check]")];
  for (const item of items) show(item, "idle");
  try {
    // side by side, each in a room of its own; what measures comes last and alone
    await Promise.all(items.filter((item) => !item.querySelector("[data-slow]")).map(check));
    for (const item of items) if (item.querySelector("[data-slow]:checked")) await check(item);
    const failed = items.filter((item) => item.dataset.state === "failed").length;
    says.textContent = failed ? `${failed} of ${items.length} checks failed.` : "No check failed.";
    report.dataset.copy = written(items);
    report.hidden = false;
  } catch (error) { says.textContent = error.message; }
  run.disabled = false;
});
run.disabled = false;
