"""What the list of calls costs: one question for each room with people in it, up to its bound."""

import asyncio
from dataclasses import dataclass

from livekit.api import DeleteRoomRequest, ListParticipantsRequest, ListRoomsRequest, LiveKitAPI

from app.services.look import ROOMS
from benchmarks.dashboard import Browser, Dashboard
from benchmarks.load import Measured, Times, side_by_side, timed
from benchmarks.report import Cell, Row
from benchmarks.server import Server
from dev.participants import Crowd

PATH = "/sip/calls"
SAMPLES = 50
SECONDS = 15.0
ATTRIBUTES = {
    "sip.callStatus": "active",
    "sip.phoneNumber": "+15550100",
    "sip.trunkPhoneNumber": "+15550199",
    "sip.ruleID": "SDR_bench",
}


@dataclass(frozen=True, slots=True)
class CallFigures:
    """What the list costs with a call in each of as many rooms as it looks into."""

    rooms: int
    bare: Times
    page: Times
    calls: int
    page_size: int


async def measure_calls(server: Server, livekit: LiveKitAPI, dashboard: Dashboard) -> CallFigures:
    """Measure the list with a caller in each room that it looks into."""
    stack = server.stack
    names = [f"call-{number:03}" for number in range(ROOMS)]
    crowd = await asyncio.to_thread(Crowd, stack.url, stack.api_key, stack.api_secret)
    try:
        for name in names:
            await asyncio.to_thread(
                crowd.join, name, "caller", kind="sip", attributes=ATTRIBUTES, subscribe=False
            )
        await asyncio.sleep(6)  # LiveKit refreshes the rooms' counts every 5 s

        async def bare() -> None:
            asked = (ListParticipantsRequest(room=name) for name in names)
            await livekit.room.list_rooms(ListRoomsRequest())
            await asyncio.gather(*map(livekit.room.list_participants, asked))

        async with Browser(dashboard) as browser:

            async def page() -> float:
                return (await browser.get(PATH)).seconds

            measures: dict[str, Measured] = {"bare": lambda: timed(bare), "page": page}
            times = await side_by_side(measures, SAMPLES, SECONDS)
            shown = await browser.get(PATH)
    finally:
        await asyncio.to_thread(crowd.close)
        for name in names:
            await livekit.room.delete_room(DeleteRoomRequest(room=name))
    return CallFigures(ROOMS, **times, calls=shown.calls, page_size=shown.size)


def call_rows(figures: CallFigures) -> list[Row]:
    """Give the rows of the table about calls."""

    def of(times: Times) -> list[Cell]:
        return [Cell(f"{times.p50:.1f} / {times.p95:.1f}")]

    most = figures.rooms + 2
    return [
        Row("the same questions by the bare SDK, ms", "", of(figures.bare)),
        Row("the page, ms", "", of(figures.page)),
        Row("LiveKit calls", f"at most {most}", [Cell(str(figures.calls), figures.calls <= most)]),
        Row("the page alone, KB", "", [Cell(f"{figures.page_size / 1000:.1f}")]),
    ]
