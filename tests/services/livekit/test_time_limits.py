"""The time that a request has for LiveKit, and what it then knows of the server."""

import asyncio
import time
from contextlib import suppress

import pytest

from app.config.settings import Settings
from app.errors import DashboardError, TimedOut
from app.services.livekit.client import LiveKit
from app.services.rooms import rooms
from tests.services.livekit.flights import Run, asked, sent, slow
from tests.support.fault import Relay

pytestmark = pytest.mark.alone


def test_a_hang_ends_at_the_limit_and_says_so(
    run: Run[None], relay: Relay, settings: Settings
) -> None:
    async def work(livekit: LiveKit) -> None:
        relay.mode = "hang"
        began = time.monotonic()
        with pytest.raises(TimedOut) as raised:
            await rooms.listed(livekit)
        assert 0.25 < time.monotonic() - began < 1
        assert raised.value.status == 504
        assert raised.value.reason == (
            f"{settings.livekit_host} gave no answer to ListRooms within 0.3 s."
        )
        seen = livekit.seen()
        assert seen
        assert (seen.reachable, seen.reason) == (False, raised.value.reason)

    run(work, livekit_timeout=0.3)


def test_who_comes_after_a_hang_does_not_hang(run: Run[None], relay: Relay, room: str) -> None:
    async def work(livekit: LiveKit) -> None:
        relay.mode = "hang"
        ended = await asyncio.gather(
            *(asked(rooms.listed(livekit), seconds=0.1) for _ in range(3)), return_exceptions=True
        )
        assert [type(end) for end in ended] == [TimedOut] * 3
        await sent(relay, 1)
        relay.mode = "pass"  # for new calls; the one in the air hangs on, until its own limit
        with pytest.raises(TimedOut):
            await asked(rooms.listed(livekit), seconds=0.1)
        found: list[str] = []
        ends = time.monotonic() + 10
        while not found and time.monotonic() < ends:
            with suppress(TimedOut):
                answer, _ = await asked(rooms.listed(livekit), seconds=0.1)
                found += [one.name for one in answer]
        assert room in found

    run(work, livekit_timeout=2)


def test_all_calls_of_a_request_share_its_time(run: Run[None], relay: Relay, room: str) -> None:
    async def work(livekit: LiveKit) -> None:
        slow(relay, 0.36)

        async def several() -> None:
            for number in range(5):
                await rooms.listed(livekit, str(number))

        began = time.monotonic()
        with pytest.raises(TimedOut):
            await asked(several(), seconds=1)
        assert 0.9 < time.monotonic() - began < 1.6
        assert relay.requests == 3  # the third was under way when the time was over

    run(work, livekit_timeout=1)


def test_who_joins_late_leaves_at_his_own_time(run: Run[None], relay: Relay, room: str) -> None:
    async def work(livekit: LiveKit) -> None:
        slow(relay, 0.8)
        first = asyncio.create_task(asked(rooms.listed(livekit)))
        await sent(relay, 1)
        with pytest.raises(TimedOut):
            await asked(rooms.listed(livekit), seconds=0.1)
        assert not first.done()
        found, _ = await first
        assert room in {one.name for one in found}
        assert relay.requests == 1

    run(work)


def test_with_no_time_left_nothing_is_changed(run: Run[None], relay: Relay, room: str) -> None:
    async def work(livekit: LiveKit) -> None:
        with pytest.raises(TimedOut):
            await asked(rooms.delete(livekit, room), seconds=-1)
        assert room in {one.name for one in await rooms.listed(livekit)}

    run(work)


def test_what_is_waited_for_before_the_first_call_does_not_count(
    run: Run[None], relay: Relay, room: str
) -> None:
    async def work(livekit: LiveKit) -> None:
        await asyncio.sleep(0.4)
        assert room in {one.name for one in await rooms.listed(livekit)}

    run(work, livekit_timeout=0.3)


def test_many_steps_can_each_have_the_whole_time(run: Run[None], relay: Relay) -> None:
    async def work(livekit: LiveKit) -> None:
        slow(relay, 0.3)
        for number in range(3):
            with livekit.scope():
                await rooms.listed(livekit, str(number))

    run(work, livekit_timeout=0.6)


def test_a_refusal_of_one_part_is_still_a_sign_of_life(run: Run[None], relay: Relay) -> None:
    async def work(livekit: LiveKit) -> None:
        with suppress(DashboardError):
            await rooms.delete(livekit, "no such room")
        seen = livekit.seen()
        assert seen
        assert seen.reachable
        assert seen.call == "DeleteRoom"

    run(work)


def test_a_call_under_way_is_no_sign_of_life(run: Run[None], relay: Relay) -> None:
    async def work(livekit: LiveKit) -> None:
        relay.mode = "hang"
        waiting = asyncio.create_task(rooms.listed(livekit))
        await sent(relay, 1)
        seen = livekit.seen()
        assert seen
        assert not seen.reachable
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert not seen.reachable

    run(work)


def test_what_was_not_asked_is_not_seen(run: Run[None], relay: Relay) -> None:
    async def work(livekit: LiveKit) -> None:
        assert livekit.seen() is None

    run(work)
    assert relay.requests == 0
