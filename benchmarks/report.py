"""Results beside their targets, as tables for the terminal and for docs/benchmarks.md."""

import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.load import Rush, Times
from tools.commands import ROOT

DOCUMENT = ROOT / "docs" / "benchmarks.md"

# targets; 1 KB is 1,000 bytes, 1 MB 1,000,000
MORE_MS = 4.0
MORE_TIMES = 1.15
MANY_ROOMS = 10_000
SHARED_CALLS = 5
RESIDENT_MB = 120
FIRST_LOAD_KB = 140
REFRESH_KB = 6


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure; `met` is None if it has no target."""

    text: str
    met: bool | None = None

    def __str__(self) -> str:
        """Return the figure and whether it meets its target."""
        return self.text if self.met is None else f"{self.text} {'met' if self.met else 'MISSED'}"


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement, with a cell for each size."""

    what: str
    target: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class ListFigures:
    """Results for the list of this many rooms; sizes in bytes."""

    rooms: int
    bare: Times
    page: Times
    changed: Times
    unchanged: Times
    pages: Rush
    polls: Rush
    pollers: Rush
    calls: int
    poller_calls: int
    first_load: int
    page_size: int
    refresh: int
    resident: int


@dataclass(frozen=True, slots=True)
class RoomFigures:
    """Results for the page of a room with many participants; sizes in bytes."""

    participants: int
    bare: Times
    page: Times
    changed: Times
    unchanged: Times
    calls: int
    page_size: int
    refresh: int


def _times(times: Times, met: bool | None = None) -> Cell:
    return Cell(f"{times.p50:.1f} / {times.p95:.1f}", met)


def _kilobytes(size: int, most: float | None = None) -> Cell:
    kilobytes = size / 1000
    return Cell(f"{kilobytes:.1f}", None if most is None else kilobytes < most)


def _rate(rush: Rush) -> Cell:
    return Cell(f"{rush.per_second:.0f}")


def _failed(figures: ListFigures) -> Cell:
    failed = sum(rush.failed for rush in (figures.pages, figures.polls, figures.pollers))
    return Cell(str(failed), not failed)


def _over_bare(figures: ListFigures) -> Cell:
    more = figures.page.p50 - figures.bare.p50
    times = figures.page.p50 / figures.bare.p50
    if figures.rooms >= MANY_ROOMS:
        return Cell(f"x{times:.2f}", times <= MORE_TIMES)
    return Cell(f"+{more:.1f} ms", more <= MORE_MS)


def list_rows(all_figures: Sequence[ListFigures]) -> list[Row]:
    """Return the rows of the table about the list of rooms, with a column for each size."""
    each = all_figures
    over = f"+{MORE_MS:g} ms; x{MORE_TIMES} at {MANY_ROOMS:,}"
    resident = [f.resident / 1e6 for f in each]
    return [
        Row("ListRooms with the SDK alone, ms", "", [_times(f.bare) for f in each]),
        Row("/rooms, ms", "", [_times(f.page) for f in each]),
        Row("/rooms p50 over the SDK call", over, [_over_bare(f) for f in each]),
        Row("/rooms?partial=1 changed, ms", "", [_times(f.changed) for f in each]),
        Row("/rooms?partial=1 unchanged, ms", "", [_times(f.unchanged) for f in each]),
        Row("/rooms per second, 50 connections", "", [_rate(f.pages) for f in each]),
        Row("unchanged polls per second, 50", "", [_rate(f.polls) for f in each]),
        Row("LiveKit calls per request", "1", [Cell(str(f.calls), f.calls == 1) for f in each]),
        Row(
            "LiveKit calls for 100 concurrent polls",
            f"at most {SHARED_CALLS}",
            [Cell(str(f.poller_calls), f.poller_calls <= SHARED_CALLS) for f in each],
        ),
        Row(
            "slowest of these polls, ms",
            "",
            [Cell(f"{f.pollers.slowest * 1000:.0f}") for f in each],
        ),
        Row("failed requests under load", "none", [_failed(f) for f in each]),
        Row(
            "first load with all files, KB",
            f"below {FIRST_LOAD_KB}",
            [_kilobytes(f.first_load, FIRST_LOAD_KB) for f in each],
        ),
        Row("/rooms alone, KB", "", [_kilobytes(f.page_size) for f in each]),
        Row(
            "refresh, KB",
            f"below {REFRESH_KB}",
            [_kilobytes(f.refresh, REFRESH_KB) for f in each],
        ),
        Row(
            "resident memory at the end, MB",
            f"below {RESIDENT_MB}",
            [Cell(f"{megabytes:.0f}", megabytes < RESIDENT_MB) for megabytes in resident],
        ),
    ]


def room_rows(figures: RoomFigures) -> list[Row]:
    """Return the rows of the table about one room."""
    return [
        Row("its LiveKit calls with the SDK alone, ms", "", [_times(figures.bare)]),
        Row("the page, ms", "", [_times(figures.page)]),
        Row("?partial=1 changed, ms", "", [_times(figures.changed)]),
        Row("?partial=1 unchanged, ms", "", [_times(figures.unchanged)]),
        Row("LiveKit calls per request", "3", [Cell(str(figures.calls), figures.calls <= 3)]),
        Row("the page alone, KB", "", [_kilobytes(figures.page_size)]),
        Row("refresh, KB", "", [_kilobytes(figures.refresh)]),
    ]


def table(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Return a Markdown table with aligned columns."""
    lines = [[*columns, "target"]]
    lines += [[row.what, *map(str, row.cells), row.target] for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    lines.insert(1, ["-" * width for width in widths])
    padded = (
        " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in lines
    )
    return "\n".join(f"| {line} |" for line in padded)


def machine() -> str:
    """Return the date and a general description of the machine."""
    model = platform.processor() or platform.machine()
    cpus = Path("/proc/cpuinfo")
    if cpus.exists():
        lines = cpus.read_text(encoding="utf-8").splitlines()
        model = next((x.partition(": ")[2] for x in lines if x.startswith("model name")), model)
    python = ".".join(map(str, sys.version_info[:3]))
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    return f"{today} on {model}, {os.cpu_count()} cores, {platform.system()}, Python {python}"


def load() -> str:
    """Return the load average of the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def write(text: str, writer: str = "make bench") -> None:
    """Replace the part of docs/benchmarks.md that `writer` generates."""
    begin, end = (f"<!-- written by {writer}: {mark} -->" for mark in ("begin", "end"))
    document = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = document.partition(begin)
    _, _, after = rest.partition(end)
    DOCUMENT.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")
