"""`python -m benchmarks`: measure, print the tables, and write them to docs/benchmarks.md.

python -m benchmarks                      # everything, a few minutes
python -m benchmarks --rooms 10 1000      # these sizes only; writes nothing
python -m benchmarks soak                 # or live, store, watching: each needs the whole machine
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from livekit.api import ListRoomsRequest, LiveKitAPI

from benchmarks import conversations, history, intake, live, report, soak, store, watching
from benchmarks.browser import Browser
from benchmarks.calls import CallFigures, call_rows, measure_calls
from benchmarks.dashboard import Dashboard
from benchmarks.load import (
    LIST,
    POLL,
    SAMPLES,
    SECONDS,
    Measured,
    dashboard_measures,
    poll_concurrently,
    rush,
    side_by_side,
    timed,
)
from benchmarks.participants import ParticipantsFigures, measure_participants, participants_rows
from benchmarks.report import ListFigures, RoomFigures
from benchmarks.room import PEOPLE, measure_room
from benchmarks.server import Server

SIZES = (10, 100, 1_000, 10_000)
RUSH_SECONDS = 4.0
SEPARATE: dict[str, Callable[[Sequence[str]], int]] = {
    "conversations": conversations.main,
    "history": history.main,
    "intake": intake.main,
    "live": live.main,
    "soak": soak.main,
    "store": store.main,
    "watching": watching.main,
}


async def measure_list(
    server: Server, livekit: LiveKitAPI, dashboard: Dashboard, rooms: int
) -> ListFigures:
    """Measure the list of this many rooms."""
    await server.fill(livekit, rooms)
    await server.quiet()
    async with Browser(dashboard) as browser:
        list_rooms = livekit.room.list_rooms
        measures: dict[str, Measured] = {
            "bare": lambda: timed(lambda: list_rooms(ListRoomsRequest()))
        }
        measures |= await dashboard_measures(browser, LIST, POLL)
        times = await side_by_side(measures, SAMPLES, SECONDS)
        page, poll = await browser.get(LIST), await browser.get(POLL)
        first_load = await browser.first_load(LIST)
    pages = await rush(dashboard, LIST, RUSH_SECONDS)
    polls = await rush(dashboard, POLL, RUSH_SECONDS, {"HX-PTag": poll.ptag})
    poller_calls, pollers = await poll_concurrently(dashboard, server.calls)
    return ListFigures(
        rooms=rooms,
        **times,
        pages=pages,
        polls=polls,
        pollers=pollers,
        calls=page.calls,
        poller_calls=poller_calls,
        first_load=first_load,
        page_size=page.size,
        refresh=poll.size,
        resident=dashboard.resident,
    )


async def measure(
    sizes: list[int],
) -> tuple[list[ListFigures], RoomFigures, CallFigures, ParticipantsFigures]:
    """Measure everything with one stack and one dashboard process, the smallest list first."""
    server = Server()
    with ExitStack() as exits:
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory()))
        stack = exits.enter_context(server.stack)
        dashboard = exits.enter_context(Dashboard(stack, folder))
        async with server.api() as livekit:
            print(f"a room with {PEOPLE} participants …", flush=True)
            room = await measure_room(server, livekit, dashboard)
            print("a call in each of many rooms …", flush=True)
            calls = await measure_calls(server, livekit, dashboard)
            print("the participants of many rooms …", flush=True)
            people = await measure_participants(server, livekit, dashboard)
            lists = []
            for size in sizes:
                print(f"{size:,} rooms …", flush=True)
                lists.append(await measure_list(server, livekit, dashboard, size))
    return lists, room, calls, people


def main(words: Sequence[str]) -> int:
    """Run the benchmark that the command line names."""
    if words and words[0] in SEPARATE:
        return SEPARATE[words[0]](words[1:])
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--rooms", type=int, nargs="+", default=list(SIZES))
    sizes = sorted(parser.parse_args(words).rooms)
    before = report.load()
    lists, room, calls, people = asyncio.run(measure(sizes))
    columns = ["p50 / p95 if two values", *(f"{figures.rooms:,} rooms" for figures in lists)]
    tables = [
        f"Measured {report.machine()}. Load average {before} before, {report.load()} after.",
        report.table(columns, report.list_rows(lists)),
        report.table([f"the room page, {PEOPLE} participants", "figure"], report.room_rows(room)),
        report.table(
            [f"the list of calls, {calls.rooms} rooms with one call", "figure"], call_rows(calls)
        ),
        report.table(
            [f"all {people.participants:,} participants of {people.rooms} rooms", "figure"],
            participants_rows(people),
        ),
    ]
    print("\n\n".join(["", *tables]))
    if sizes == list(SIZES):
        report.write("\n\n".join(tables))
    print(f"\nMore benchmarks: make bench ARGS={', make bench ARGS='.join(SEPARATE)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
