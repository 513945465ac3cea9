"""The page of a room with many participants, compared with its two LiveKit calls."""

import asyncio
from contextlib import AsyncExitStack

from livekit.api import DeleteRoomRequest, ListParticipantsRequest, ListRoomsRequest, LiveKitAPI

from app.text.paths import room_path
from benchmarks.browser import Browser
from benchmarks.dashboard import Dashboard
from benchmarks.guests import guests
from benchmarks.load import SAMPLES, SECONDS, Measured, dashboard_measures, side_by_side, timed
from benchmarks.report import RoomFigures
from benchmarks.server import Server
from dev.participants import Crowd

FULL_ROOM = "everybody"
PEOPLE = 100
TALKING = 10
TRIES = 3


def _gather(crowd: Crowd) -> None:
    names = [f"guest-{number:03}" for number in range(PEOPLE)]
    for start in range(0, PEOPLE, TALKING):
        _join(crowd, names[start : start + TALKING], audio=start == 0)


def _join(crowd: Crowd, names: list[str], *, audio: bool) -> None:
    """Join some participants; on a busy machine, retry, which replaces those who have joined."""
    for attempt in range(TRIES):
        try:
            crowd.join_all(FULL_ROOM, names, audio=audio)
        except TimeoutError:
            if attempt == TRIES - 1:
                raise
        else:
            return


async def measure_room(server: Server, livekit: LiveKitAPI, dashboard: Dashboard) -> RoomFigures:
    """Measure the page of a room with real participants, some of them publishing."""
    path = room_path(FULL_ROOM)
    async with AsyncExitStack() as leaving:
        leaving.enter_context(guests(server.stack, _gather))
        full = DeleteRoomRequest(room=FULL_ROOM)
        leaving.push_async_callback(livekit.room.delete_room, full)
        await asyncio.sleep(6)  # LiveKit refreshes the room's counts every 5 s

        async def bare() -> None:
            await asyncio.gather(
                livekit.room.list_rooms(ListRoomsRequest(names=[FULL_ROOM])),
                livekit.room.list_participants(ListParticipantsRequest(room=FULL_ROOM)),
            )

        async with Browser(dashboard) as browser:
            poll = f"{path}?partial=1"
            measures: dict[str, Measured] = {"bare": lambda: timed(bare)}
            measures |= await dashboard_measures(browser, path, poll)
            times = await side_by_side(measures, SAMPLES, SECONDS)
            page, fragment = await browser.get(path), await browser.get(poll)
    return RoomFigures(
        participants=PEOPLE,
        **times,
        calls=page.calls,
        page_size=page.size,
        refresh=fragment.size,
    )
