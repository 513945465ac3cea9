"""The memory that a large recording needs: to be uploaded, opened, and downloaded."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from app.text.paths import conversation_path
from benchmarks.browser import Browser
from benchmarks.conversations_hour import lengthened
from benchmarks.conversations_replay import RECORDINGS, Captured, Copy, Recorded, Upload
from benchmarks.conversations_uploads import Agents, Sent, packed
from benchmarks.dashboard import Dashboard
from benchmarks.report import Cell, Row

MORE_MB = 20
WATCHED_SECONDS = 30.0  # in which a waveform is drawn


@dataclass(slots=True)
class Grown:
    """By how many bytes the memory of a process grew at most; `others` is that of its children."""

    own: int = 0
    others: int = 0


@asynccontextmanager
async def growth(pid: int) -> AsyncIterator[Grown]:
    """Watch the memory of a process, and yield what is known at the end."""
    grown = Grown()
    (Path("/proc") / str(pid) / "clear_refs").write_text("5")  # begin with a new peak: proc(5)
    before = _status(pid, "VmRSS")
    watching = asyncio.create_task(_watch_children(pid, grown))
    try:
        yield grown
    finally:
        watching.cancel()
        grown.own = _status(pid, "VmHWM") - before


def _status(pid: int, name: str) -> int:
    """Return bytes that /proc/PID/status has in KiB; 0 for a process that has ended."""
    with suppress(OSError):
        for line in (Path("/proc") / str(pid) / "status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024
    return 0


async def _watch_children(pid: int, grown: Grown) -> None:
    while True:
        children: list[str] = []
        with suppress(OSError):
            for tasks in (Path("/proc") / str(pid) / "task").glob("*/children"):
                children += tasks.read_text().split()
        grown.others = max(grown.others, sum(_status(int(each), "VmRSS") for each in children))
        await asyncio.sleep(0.02)


async def measure_recording(
    dashboard: Dashboard, browser: Browser, agents: Agents, captured: Captured, size: int
) -> list[Row]:
    """Upload a recording of this size, open its conversation, and download it."""
    copy = Copy(captured, 0)
    recorded = copy.content(captured.recorded)
    assert isinstance(recorded, Recorded)
    recorded.sound = lengthened(recorded.sound, size=size)
    request = packed(Upload(RECORDINGS, 0.0, recorded))
    sent = Sent()
    async with growth(dashboard.pid) as uploading:
        await agents.send(request, sent)
    if sent.refused:
        raise RuntimeError("the recording was refused")
    async with growth(dashboard.pid) as opening:
        await browser.get(conversation_path(copy.job))
        await asyncio.sleep(WATCHED_SECONDS)
    async with growth(dashboard.pid) as downloading:
        received = await browser.download(conversation_path(copy.job, "recording"))
    if received != len(recorded.sound):
        raise RuntimeError(f"{received:,} bytes of {len(recorded.sound):,} were downloaded")
    what = f"a recording of {len(recorded.sound) / 1e6:.0f} MB"
    grown = {"uploaded": uploading, "opened": opening, "downloaded": downloading}
    return [
        Row(
            f"{what}, {done}: memory, MB more",
            f"< {MORE_MB}",
            [Cell(_both(each), each.own / 1e6 < MORE_MB)],
        )
        for done, each in grown.items()
    ]


def _both(grown: Grown) -> str:
    own = f"{grown.own / 1e6:.1f}"
    return f"{own} (+ {grown.others / 1e6:.0f} of a program)" if grown.others else own
