"""Equal reads in flight share one call to LiveKit, and nothing is kept once it landed."""

import asyncio
import gc
import time
from contextlib import suppress

import pytest
from livekit.api import UpdateRoomMetadataRequest

from app.errors import NotFound, Unavailable
from app.services.livekit.client import LiveKit
from app.services.rooms import rooms
from tests.services.livekit.flights import Run, asked, sent, slow
from tests.support.fault import Relay


def test_equal_reads_in_flight_share_one_call(run: Run[None], relay: Relay, room: str) -> None:
    async def work(livekit: LiveKit) -> None:
        slow(relay, 0.3)
        answers = await asyncio.gather(*(asked(rooms.listed(livekit)) for _ in range(100)))
        assert relay.requests == 1
        assert all(room in {one.name for one in found} for found, _ in answers)
        assert [scope.calls[0].shared for _, scope in answers].count(False) == 1
        assert all(call.seconds > 0.2 for _, scope in answers for call in scope.calls)

    run(work)


def test_different_questions_do_not(run: Run[None], relay: Relay) -> None:
    async def work(livekit: LiveKit) -> None:
        slow(relay, 0.3)
        await asyncio.gather(*(asked(rooms.listed(livekit, name)) for name in ("a", "b", "b")))
        assert relay.requests == 2

    run(work)


def test_nothing_is_kept_once_the_flight_landed(run: Run[None], relay: Relay, room: str) -> None:
    async def work(livekit: LiveKit) -> None:
        for number in (1, 2, 3):
            await rooms.listed(livekit)
            assert relay.requests == number
        relay.mode = "reset"
        with pytest.raises(Unavailable):
            await rooms.listed(livekit)
        relay.mode = "pass"
        assert room in {one.name for one in await rooms.listed(livekit)}

    run(work)


def test_a_failure_is_everybodys_but_not_the_next_ones(run: Run[None], relay: Relay) -> None:
    async def work(livekit: LiveKit) -> None:
        slow(relay, 0.3)
        flights = [asyncio.create_task(asked(rooms.listed(livekit))) for _ in range(5)]
        await sent(relay, 1)
        await asyncio.to_thread(relay.drop)
        ended = await asyncio.gather(*flights, return_exceptions=True)
        assert [type(end) for end in ended] == [Unavailable] * 5
        relay.mode = "pass"
        await rooms.listed(livekit)

    run(work)


@pytest.mark.parametrize("found", [True, False])
def test_a_read_after_a_write_joins_no_older_flight(
    run: Run[None], relay: Relay, room: str, found: bool
) -> None:
    async def work(livekit: LiveKit) -> None:
        slow(relay, 1.0)
        older = asyncio.create_task(asked(rooms.listed(livekit)))
        await sent(relay, 1)
        relay.mode = "pass"
        name = room if found else "no such room"  # a write that failed may have done something
        request = UpdateRoomMetadataRequest(room=name, metadata="written")
        with suppress(NotFound):
            await livekit.write(livekit.api.room.update_room_metadata, request)
        after, scope = await asked(rooms.listed(livekit))
        assert not older.done(), "the older flight must still be in the air for this to say a thing"
        assert relay.requests == 3
        assert not scope.calls[0].shared
        written = {one.name: one.metadata for one in after}
        assert written[room] == ("written" if found else "")
        await older

    run(work)


def test_a_write_is_never_shared(run: Run[None], relay: Relay, room: str) -> None:
    async def work(livekit: LiveKit) -> None:
        slow(relay, 0.2)
        twice = (asked(rooms.set_metadata(livekit, room, "same")) for _ in range(2))
        await asyncio.gather(*twice)
        assert relay.requests == 2

    run(work)


@pytest.mark.parametrize("who", [0, 1])
def test_one_who_leaves_does_not_take_the_others_along(
    run: Run[None], relay: Relay, room: str, who: int
) -> None:
    async def work(livekit: LiveKit) -> None:
        slow(relay, 0.4)
        waiting = [asyncio.create_task(asked(rooms.listed(livekit))) for _ in range(3)]
        await sent(relay, 1)
        waiting.pop(who).cancel()
        for found, _ in await asyncio.gather(*waiting):
            assert room in {one.name for one in found}
        assert relay.requests == 1

    run(work)


def test_when_all_have_left_the_flight_lands_unheard(run: Run[None], relay: Relay) -> None:
    async def work(livekit: LiveKit) -> None:
        complaints: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, told: complaints.append(told))
        slow(relay, 0.2)
        waiting = [asyncio.create_task(asked(rooms.listed(livekit))) for _ in range(3)]
        await sent(relay, 1)
        for one in waiting:
            one.cancel()
        await asyncio.to_thread(relay.drop)
        relay.mode = "pass"
        await asyncio.gather(*waiting, return_exceptions=True)
        for name in ("other", "questions", "meanwhile"):
            await rooms.listed(livekit, name)
        gc.collect()  # an error that nobody looked at is complained of when it is thrown away
        assert complaints == []

    run(work)


@pytest.mark.alone
def test_closing_ends_what_is_in_flight(run: Run[object], relay: Relay) -> None:
    async def work(livekit: LiveKit) -> object:
        relay.mode = "hang"
        waiting = asyncio.create_task(asked(rooms.listed(livekit), seconds=30))
        await sent(relay, 1)
        return waiting

    began = time.monotonic()
    run(work)
    assert time.monotonic() - began < 3
