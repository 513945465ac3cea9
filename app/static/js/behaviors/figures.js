// The figures of the sidebar: those of this page, updated by each refresh, and those that other pages of the tab knew,
// which say when that was. Nothing is shown while LiveKit is unreachable.
import { Memory } from "../shared/figures.js";
import { isLiveBlock } from "../shared/live.js";
import { age } from "../shared/timing.js";
import { clock } from "../shared/zone.js";

const EVERY_MS = 5000;
const nav = document.getElementById("sidebar");
const template = document.getElementById("figure");
const base = nav?.querySelector(".brand").getAttribute("href").slice(0, -1);
let memory;
// the paths that the newest answer was about
let current = new Set();

function learn(text, ageMs) {
  const figures = JSON.parse(text || "{}");
  current = new Set(Object.keys(figures));
  memory.learn(figures, Date.now() - ageMs);
}

// two refreshes may be missed
function currentMs() {
  return Math.max(30, 2 * document.documentElement.dataset.refresh) * 1000;
}

// left alone if nothing changed
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function added(line, link) {
  const figure = template.content.firstElementChild.cloneNode(true);
  figure.id = `figure-${link.getAttribute("href").slice(base.length + 1).replaceAll("/", "-")}`;
  link.setAttribute("aria-describedby", figure.id);
  line.append(figure);
  return figure;
}

function removed(line, link) {
  line.querySelector(".figure")?.remove();
  link.removeAttribute("aria-describedby");
  line.classList.remove("off", "old");
  line.removeAttribute("title");
}

function paint(line) {
  const link = line.querySelector("a");
  const path = link.getAttribute("href").slice(base.length);
  const recent = memory.recent(path);
  if (!recent) return removed(line, link);
  const { count, mark, off, at } = recent;
  const old = !current.has(path) || Date.now() - at > currentMs();
  const when = old ? `As of ${clock(at)}` : "";
  line.classList.toggle("off", Boolean(off));
  line.classList.toggle("old", old);
  line.title = [off, when].filter(Boolean).join(". ");
  const figure = line.querySelector(".figure") ?? added(line, link);
  write(figure.querySelector("[data-count]"), count?.[0] ?? "");
  write(figure.querySelector("[data-mark]"), mark?.[0] ?? "");
  figure.querySelector(".alarm").hidden = !mark;
  figure.querySelector(".alarm").classList.toggle("warn", mark?.[2] === "warn");
  figure.querySelector(".set-up").hidden = !off;
  const words = [off && `Not set up: ${off}`, mark?.[1], count?.[1], when.toLowerCase()];
  write(figure.querySelector("[data-said]"), words.filter(Boolean).join(", "));
}

function show() {
  if (document.getElementById("server")?.dataset.state === "bad") memory.forget();
  // [data-off]: switched off in the dashboard itself, which only a restart changes
  for (const line of nav.querySelectorAll("li:not([data-off])")) paint(line);
}

// the age of cached answers, which the Server-Timing of the page itself has
function ageOfPage() {
  const [page] = performance.getEntriesByType("navigation");
  return page?.serverTiming?.find(({ name }) => name === "age")?.duration ?? 0;
}

if (nav) {
  memory = new Memory(`figures ${nav.dataset.figuresOf}`);
  learn(nav.dataset.figures, ageOfPage());
  show();
  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    if (!isLiveBlock(ctx.sourceElement)) return;
    const { headers, status } = ctx.response;
    if (status < 400) learn(headers.get("x-figures"), age(headers));
    else current.clear();
    show();
  });
  document.addEventListener("htmx:error", () => current.clear());
  document.addEventListener("htmx:after:swap", show);
  setInterval(show, EVERY_MS);
}
