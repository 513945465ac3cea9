// The player of a recording, #player, with the transcript's lines: li[data-from][data-to], in seconds of the recording.
// Space plays, the arrows move by five seconds, and a click on a line plays from there. The sound is outside of what a
// refresh changes; the marks are not, so they are set again after each.
import { recall } from "../shared/settings.js";

const STEP = 5; // seconds
const SHORTEST = 0.5; // seconds for which a line of unknown length is marked
const WIDTH = 1000; // of a channel's drawing
const TAKES_SPACE = "a, button, input, select, textarea, summary, audio, [contenteditable], [role=button]";
const TAKES_ARROWS = "input, select, textarea, audio, [contenteditable], [role=tab], [role=menu]";

const part = (name) => document.querySelector(`#player [data-${name}]`);
const sound = () => document.getElementById("sound");
const lines = () => [...document.querySelectorAll("[data-transcript] > [data-from]")];
const from = (line) => Number(line.dataset.from);
const until = (line) => Math.max(Number(line.dataset.to), from(line) + SHORTEST);
let marked = "";

function length() {
  const drawn = Number(document.querySelector("#player [data-seconds]")?.dataset.seconds);
  return drawn || (Number.isFinite(sound().duration) ? sound().duration : 0);
}

function text(seconds) {
  const [minutes, two] = [Math.floor(seconds / 60), (number) => `${Math.floor(number)}`.padStart(2, "0")];
  const hours = minutes < 60 ? `${minutes}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}`;
  return `${hours}:${two(seconds % 60)}`;
}

const set = (element, values) => Object.entries(values).forEach((each) => element?.setAttribute(...each));

function mark(at, whole) {
  const line = lines().findLast((each) => from(each) <= at && at < until(each));
  for (const each of document.querySelectorAll("[data-transcript] > [aria-current]")) {
    if (each !== line) each.removeAttribute("aria-current");
  }
  line?.setAttribute("aria-current", "true");
  const percent = (seconds) => `${(100 * Math.min(seconds / whole, 1)).toFixed(3)}%`;
  const place = line && whole ? { x: percent(from(line)), width: percent(until(line) - from(line)) } : { width: 0 };
  set(part("heard"), place);
  const follows = line && line.id !== marked && part("follow").checked && !sound().paused;
  marked = line?.id ?? "";
  if (follows) line.scrollIntoView({ block: "nearest" });
}

function paint() {
  const audio = sound();
  if (!audio) return;
  part("failed").hidden = !audio.error;
  const [at, whole] = [audio.currentTime, length()];
  for (const each of document.querySelectorAll("#player [data-when]")) {
    each.hidden = (each.dataset.when === "paused") !== audio.paused;
  }
  if (part("clock").textContent !== text(at)) part("clock").textContent = text(at);
  part("length").hidden = !whole;
  part("length").querySelector("span").textContent = text(whole);
  const share = whole ? Math.min(at / whole, 1) : 0;
  set(part("head"), { x1: `${100 * share}%`, x2: `${100 * share}%` });
  set(part("played"), { width: WIDTH * share });
  const label = { role: "slider", tabindex: 0, "aria-label": "Position in the recording", "aria-valuemin": 0 };
  const values = { "aria-valuemax": Math.round(whole), "aria-valuenow": Math.round(at) };
  set(part("wave"), { ...label, ...values, "aria-valuetext": `${text(at)} of ${text(whole)}` });
  mark(at, whole);
  document.dispatchEvent(new CustomEvent("heard"));
}

function seek(seconds) {
  sound().currentTime = Math.max(0, length() ? Math.min(seconds, length()) : seconds);
  paint();
}

const play = () => sound().play().catch(() => {}); // an error has an event of its own
const shareAt = (event, box) => (event.clientX - box.left) / box.width;
const toggle = () => (sound().paused ? play() : sound().pause());
function skip(step) {
  const at = sound().currentTime;
  const starts = lines().map(from);
  const next = step > 0 ? starts.find((each) => each > at + 0.1) : starts.findLast((each) => each < at - 1);
  seek(next ?? (step > 0 ? length() : 0));
}

document.addEventListener("click", (event) => {
  const { target } = event;
  if (!sound() || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const wave = target.closest("[data-wave]");
  const line = target.closest("[data-transcript] > [data-from]");
  const skips = target.closest("#player [data-skip]");
  if (target.closest("#player [data-play]")) toggle();
  else if (skips) skip(Number(skips.dataset.skip));
  else if (wave) seek(length() * shareAt(event, wave.getBoundingClientRect()));
  else if (line && (target.closest("a.at") || (!target.closest(TAKES_SPACE) && getSelection().isCollapsed))) {
    event.preventDefault();
    seek(from(line));
    play();
  }
});

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  const isTaken = event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (!sound() || isTaken || document.querySelector("dialog[open]")) return;
  const onWave = target.closest("[data-wave]");
  const arrows = { ArrowLeft: -STEP, ArrowRight: STEP, ...(onWave && { ArrowDown: -STEP, ArrowUp: STEP }) };
  const ends = onWave ? { Home: 0, End: length() } : {};
  if (key === " " && !event.repeat && recall("keys") !== "off" && !target.closest(TAKES_SPACE)) toggle();
  else if (key in arrows && !target.closest(TAKES_ARROWS)) seek(sound().currentTime + arrows[key]);
  else if (key in ends) seek(ends[key]);
  else return;
  event.preventDefault();
});

document.addEventListener("change", ({ target }) => {
  if (target.matches("#player [data-speed]")) sound().playbackRate = Number(target.value);
});
// these events don't bubble, but they are captured
for (const name of ["timeupdate", "seeking", "play", "pause", "ended", "loadedmetadata", "error"]) {
  document.addEventListener(name, ({ target }) => target === sound() && paint(), true);
}
document.addEventListener("htmx:after:swap", paint);
paint();
