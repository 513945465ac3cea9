// When #live asks the server: on time, unless the tab is hidden, the button says pause, or an answer is still awaited.
const live = document.querySelector("#live[data-hx-get]");
const root = document.documentElement;
let paused = false;
let awaited = null;

function remembered() {
  try { return localStorage.getItem("refresh") === "paused"; } catch { return false; }
}

function show(now) {
  paused = now;
  root.toggleAttribute("data-paused", paused);
  for (const button of document.querySelectorAll("[data-refresh-toggle]")) {
    button.setAttribute("aria-pressed", String(paused));
    button.title = paused ? "The page does not refresh: press to go on" : `The page refreshes every ${root.dataset.refresh} s: press to pause`;
    button.querySelector("[data-refresh-label]").textContent = paused ? "paused" : `${root.dataset.refresh} s`;
  }
}

function refresh() {
  if (!paused && !document.hidden) window.htmx?.trigger(live, "refresh");
}

if (live) {
  live.addEventListener("htmx:config:request", (event) => {
    if (event.target !== live || event.detail.ctx.sourceEvent.type !== "every") return;
    if (paused || document.hidden || awaited) event.preventDefault();
  });
  live.addEventListener("htmx:before:request", (event) => { if (event.target === live) awaited = event.detail.ctx; });
  // a refresh asked for by an action replaces a poll under way, whose end must not count as its own
  live.addEventListener("htmx:finally:request", (event) => { if (event.detail.ctx === awaited) awaited = null; });

  // what had the focus may be gone: then the content has it, not the top of the page
  let inside = false;
  live.addEventListener("htmx:before:swap", (event) => { if (event.target === live) inside = live.contains(document.activeElement); });
  live.addEventListener("htmx:after:swap", (event) => {
    if (event.target === live && inside && document.activeElement === document.body) document.getElementById("main").focus({ preventScroll: true });
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-refresh-toggle]")) return;
    try { localStorage.setItem("refresh", paused ? "on" : "paused"); } catch { /* not remembered, but done */ }
    show(!paused);
    refresh();
  });
  document.addEventListener("visibilitychange", refresh);
  addEventListener("online", refresh);
  show(remembered());
}
