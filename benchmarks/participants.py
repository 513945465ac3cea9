"""The list of the participants of all rooms, compared with its LiveKit calls."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass

from livekit.api import DeleteRoomRequest, ListParticipantsRequest, ListRoomsRequest, LiveKitAPI

from app.services.rooms.scan import ROOMS
from app.text.paths import PARTICIPANTS
from benchmarks.browser import Browser
from benchmarks.dashboard import Dashboard
from benchmarks.load import Measured, Times, dashboard_measures, side_by_side, timed
from benchmarks.report import Cell, Row
from benchmarks.server import Server
from benchmarks.signaling import signaled

IN_EACH = 10
TARGET_MS = 400
SAMPLES = 50
SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class ParticipantsFigures:
    """Results for the list of this many participants; sizes in bytes."""

    rooms: int
    participants: int
    bare: Times
    page: Times
    changed: Times
    unchanged: Times
    calls: int
    page_size: int
    refresh: int


async def measure_participants(
    server: Server, livekit: LiveKitAPI, dashboard: Dashboard, rooms: int = ROOMS
) -> ParticipantsFigures:
    """Measure the list with participants in as many rooms as it scans."""
    names = [f"many-{number:03}" for number in range(rooms)]
    members = [(name, f"guest-{number}") for name in names for number in range(IN_EACH)]
    async with AsyncExitStack() as leaving:
        await leaving.enter_async_context(signaled(server.stack, members))
        for name in names:
            leaving.push_async_callback(livekit.room.delete_room, DeleteRoomRequest(room=name))
        await asyncio.sleep(6)  # LiveKit refreshes the rooms' counts every 5 s

        async def bare() -> None:
            await livekit.room.list_rooms(ListRoomsRequest())
            requests = (ListParticipantsRequest(room=name) for name in names)
            await asyncio.gather(*map(livekit.room.list_participants, requests))

        async with Browser(dashboard) as browser:
            poll = f"{PARTICIPANTS}?partial=1"
            measures: dict[str, Measured] = {"bare": lambda: timed(bare)}
            measures |= await dashboard_measures(browser, PARTICIPANTS, poll)
            times = await side_by_side(measures, SAMPLES, SECONDS)
            page, fragment = await browser.get(PARTICIPANTS), await browser.get(poll)
            if f"of {rooms * IN_EACH:,} rows" not in page.text:
                raise RuntimeError("some participants are missing in the list")
    return ParticipantsFigures(
        rooms=rooms,
        participants=rooms * IN_EACH,
        **times,
        calls=page.calls,
        page_size=page.size,
        refresh=fragment.size,
    )


def participants_rows(figures: ParticipantsFigures) -> list[Row]:
    """Return the rows of the table about the list of participants."""

    def of(times: Times, most: float | None = None) -> list[Cell]:
        met = None if most is None else times.p50 < most
        return [Cell(f"{times.p50:.1f} / {times.p95:.1f}", met)]

    calls = figures.rooms + 1
    return [
        Row("the same requests with the SDK alone, ms", "", of(figures.bare)),
        Row("the page, ms", f"p50 below {TARGET_MS}", of(figures.page, TARGET_MS)),
        Row("?partial=1 changed, ms", "", of(figures.changed)),
        Row("?partial=1 unchanged, ms", "", of(figures.unchanged)),
        Row(
            "LiveKit calls", f"at most {calls}", [Cell(str(figures.calls), figures.calls <= calls)]
        ),
        Row("the page alone, KB", "", [Cell(f"{figures.page_size / 1000:.1f}")]),
        Row("refresh, KB", "", [Cell(f"{figures.refresh / 1000:.1f}")]),
    ]
