"""The list of calls and the search, which query each occupied room, up to a limit."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass

from livekit.api import DeleteRoomRequest, ListParticipantsRequest, ListRoomsRequest, LiveKitAPI

from app.services.rooms.scan import ROOMS
from benchmarks.browser import Browser
from benchmarks.dashboard import Dashboard
from benchmarks.guests import guests
from benchmarks.load import Measured, Times, side_by_side, timed
from benchmarks.report import Cell, Row
from benchmarks.server import Server
from dev.participants import Crowd

PATH = "/sip/calls"
SEARCH = "/search?q=call-&partial=1"
NAMES = [f"call-{number:03}" for number in range(ROOMS)]
LISTS = 6  # a search also requests each of these once
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
    """Results for the list and the search with one call in each room that they scan."""

    rooms: int
    bare: Times
    page: Times
    calls: int
    page_size: int
    search: Times
    search_calls: int


def _call(crowd: Crowd) -> None:
    for name in NAMES:
        crowd.join(name, "caller", kind="sip", attributes=ATTRIBUTES, subscribe=False)


async def measure_calls(server: Server, livekit: LiveKitAPI, dashboard: Dashboard) -> CallFigures:
    """Measure the list and the search with a caller in each room that they scan."""
    async with AsyncExitStack() as leaving:
        leaving.enter_context(guests(server.stack, _call))
        for name in NAMES:
            leaving.push_async_callback(livekit.room.delete_room, DeleteRoomRequest(room=name))
        await asyncio.sleep(6)  # LiveKit refreshes the rooms' counts every 5 s

        async def bare() -> None:
            requests = (ListParticipantsRequest(room=name) for name in NAMES)
            await livekit.room.list_rooms(ListRoomsRequest())
            await asyncio.gather(*map(livekit.room.list_participants, requests))

        async with Browser(dashboard) as browser:

            async def page() -> float:
                return (await browser.get(PATH)).seconds

            async def search() -> float:
                return (await browser.get(SEARCH)).seconds

            measures: dict[str, Measured] = {
                "bare": lambda: timed(bare),
                "page": page,
                "search": search,
            }
            times = await side_by_side(measures, SAMPLES, SECONDS)
            page_reply, search_reply = await browser.get(PATH), await browser.get(SEARCH)
    return CallFigures(
        ROOMS,
        **times,
        calls=page_reply.calls,
        page_size=page_reply.size,
        search_calls=search_reply.calls,
    )


def call_rows(figures: CallFigures) -> list[Row]:
    """Return the rows of the table about calls."""

    def of(times: Times) -> list[Cell]:
        return [Cell(f"{times.p50:.1f} / {times.p95:.1f}")]

    list_limit, search_limit = figures.rooms + 2, figures.rooms + LISTS
    return [
        Row("the same requests with the SDK alone, ms", "", of(figures.bare)),
        Row("the page, ms", "", of(figures.page)),
        Row(
            "LiveKit calls",
            f"at most {list_limit}",
            [Cell(str(figures.calls), figures.calls <= list_limit)],
        ),
        Row("the page alone, KB", "", [Cell(f"{figures.page_size / 1000:.1f}")]),
        Row("a search, ms", "", of(figures.search)),
        Row(
            "its LiveKit calls",
            f"at most {search_limit}",
            [Cell(str(figures.search_calls), figures.search_calls <= search_limit)],
        ),
    ]
