"""`python -m benchmarks.watching`: the cost of watching a room with 50 publishers.

Writes its table to docs/benchmarks.md. It runs separately, because encoders and decoders need the
whole machine for a minute.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from playwright.sync_api import Page, ViewportSize, sync_playwright

from app.text.paths import room_path
from benchmarks import report
from benchmarks.dashboard import USER, Dashboard
from benchmarks.report import Cell, Row
from dev.guests import Guise
from dev.participants import Crowd
from dev.stack import Stack
from dev.toolchain import chromium
from tools.commands import SetupError

ROOM = "watched"
PUBLISHERS = 50
SETTLE_MS = 10_000
MEASURE_MS = 15_000
PATIENCE_MS = 120_000
FLAGS = ["--no-sandbox", "--disable-gpu"]
# small video with a low frame rate, from every fifth participant: all encoders share the cores
CAMERAS = 5
CAMERA = Guise(video=True, video_size=(160, 90), fps=5, simulcast=False)
WINDOW, TALL = ViewportSize(width=1280, height=800), ViewportSize(width=1280, height=12_000)
TRIES = 5

COUNT = """
window.connections = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...args) { super(...args); window.connections.push(this); }
};
"""
RECEIVED = """async () => {
  const reports = await Promise.all(window.connections.map((each) => each.getStats()));
  const entries = reports.flatMap((report) => [...report.values()]);
  return entries.filter((e) => e.type === "transport").reduce((sum, e) => sum + e.bytesReceived, 0);
}"""
SHOWN = "[...document.querySelectorAll('.media-feed:not([data-js-idle])')].length"


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of watching: tracks, bytes per second, and processor cores used."""

    tracks: int
    bytes_per_second: float
    browser: float
    livekit: float


def processor_seconds(root: int, prefix: str = "") -> float:
    """Return the CPU seconds that a process and its descendants have used (proc(5), stat).

    With `prefix`, count only programs whose name starts with it.
    """
    parents: dict[int, int] = {}
    used: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            name, _, rest = (folder / "stat").read_text().partition("(")[2].rpartition(")")
        except OSError:
            continue  # it has exited
        fields = rest.split()
        number = int(folder.name)
        parents[number] = int(fields[1])
        used[number] = int(fields[11]) + int(fields[12]) if name.startswith(prefix) else 0
    family = {root}
    while more := {n for n, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(used.get(number, 0) for number in family) / os.sysconf("SC_CLK_TCK")


def cost(page: Page, livekit: int) -> Cost:
    """Wait for the page to settle, then measure it."""
    page.wait_for_timeout(SETTLE_MS)
    # the guests belong to this process, so Chromium is identified by its name
    processes = ((os.getpid(), "chrom"), (livekit, ""))
    before = [processor_seconds(*each) for each in processes]
    received, began = page.evaluate(RECEIVED), monotonic()
    page.wait_for_timeout(MEASURE_MS)
    seconds = monotonic() - began
    received = page.evaluate(RECEIVED) - received
    after = [processor_seconds(*each) for each in processes]
    browser, server = ((b - a) / seconds for a, b in zip(before, after, strict=True))
    return Cost(page.evaluate(SHOWN), received / seconds, browser, server)


def measure(stack: Stack, dashboard: Dashboard) -> list[Cost]:
    """Return the cost before watching, at the top, in the middle, and with all tiles in view."""
    livekit = stack.livekit.pid
    executable = chromium()
    if not executable:
        raise SetupError("this benchmark needs Chromium")
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=executable, args=FLAGS) as browser,
    ):
        page = browser.new_page(
            base_url=dashboard.url,
            viewport=WINDOW,
            http_credentials={"username": USER, "password": dashboard.password},
        )
        page.add_init_script(COUNT)
        page.goto(room_path(ROOM, "watch"))
        costs = [cost(page, livekit)]
        page.get_by_role("button", name="Start watching").click()
        page.locator("[data-state=joined]").wait_for(timeout=PATIENCE_MS)
        costs.append(cost(page, livekit))
        page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
        costs.append(cost(page, livekit))
        page.set_viewport_size(TALL)
        costs.append(cost(page, livekit))
    return costs


def join(crowd: Crowd, identity: str, camera: Guise) -> None:
    """Join a participant; on a busy machine, retry, which replaces one who has joined."""
    for attempt in range(TRIES):
        try:
            crowd.join(ROOM, identity, **Guise(audio=True, **camera))
        except TimeoutError:
            if attempt == TRIES - 1:
                raise
        else:
            return


def rows(costs: list[Cost]) -> list[Row]:
    """Return the rows of the table."""
    total = f"of {PUBLISHERS + PUBLISHERS // CAMERAS}"
    return [
        Row("tracks received", total, [Cell(str(c.tracks)) for c in costs]),
        Row("received, kbit/s", "", [Cell(f"{c.bytes_per_second * 8 / 1000:,.0f}") for c in costs]),
        Row("Chromium, cores", "", [Cell(f"{c.browser:.2f}") for c in costs]),
        Row("livekit-server, cores", "", [Cell(f"{c.livekit:.2f}") for c in costs]),
    ]


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print the table, and write it to the documentation."""
    argparse.ArgumentParser(prog="python -m benchmarks.watching").parse_args(words)
    before = report.load()
    with ExitStack() as exits:
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory()))
        stack = exits.enter_context(Stack(workers=False))
        dashboard = exits.enter_context(Dashboard(stack, folder))
        crowd = exits.enter_context(Crowd(stack.url, stack.api_key, stack.api_secret))
        for number in range(PUBLISHERS):
            join(crowd, f"guest-{number:02}", Guise() if number % CAMERAS else CAMERA)
        costs = measure(stack, dashboard)
    columns = [f"{PUBLISHERS} publishers", "not watched", "top", "middle", "all tiles"]
    text = (
        f"Measured {report.machine()}. Load average {before} before, {report.load()} after.\n\n"
        + report.table(columns, rows(costs))
    )
    print(text)
    report.write(text, "python -m benchmarks.watching")
    return 0


if __name__ == "__main__":
    sys.exit(main())
