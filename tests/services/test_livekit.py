"""The way to LiveKit: shared flights, what ends them, and the time each request has."""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import pytest
from livekit.api import UpdateRoomMetadataRequest

from app.errors import DashboardError, NotFound, TimedOut, Unavailable
from app.services import rooms
from app.services.livekit import Ledger, LiveKit, open_ledger
from app.settings import Settings, load_settings
from dev.stack import Stack
from tests.support.fault import Relay
from tests.support.waiting import until

T = TypeVar("T")
Run = Callable[..., T]


@pytest.fixture
def settings(stack: Stack, relay: Relay) -> Settings:
    """A dashboard's settings, with the relay before LiveKit."""
    return load_settings(
        _env_file=None,
        livekit_url=relay.url,
        livekit_api_key=stack.api_key,
        livekit_api_secret=stack.api_secret,
        livekit_timeout=5,
        admin_password="-",
    )


@pytest.fixture
def run(settings: Settings) -> Run[T]:
    """Run something with an open LiveKit."""

    def inside(work: Callable[[LiveKit], Awaitable[T]], **changes: float) -> T:
        async def opened() -> T:
            async with LiveKit(settings.model_copy(update=changes)) as livekit:
                open_ledger(changes.get("livekit_timeout", settings.livekit_timeout))
                return await work(livekit)

        return asyncio.run(opened())

    return inside


async def asked(work: Awaitable[T], seconds: float = 5) -> tuple[T, Ledger]:
    """Do it as one request of the dashboard, which has a ledger of its own."""

    async def request() -> tuple[T, Ledger]:
        ledger = open_ledger(seconds)
        return await work, ledger

    return await asyncio.create_task(request())


async def sent(relay: Relay, number: int) -> None:
    """Wait until that many calls have come to the relay."""
    await asyncio.to_thread(until, lambda: relay.requests >= number)


def slow(relay: Relay, seconds: float) -> None:
    """Let the calls that come from now on take so long."""
    relay.mode, relay.delay = "slow", seconds


def test_equal_reads_in_flight_share_one_call(run: Run[None], relay: Relay, room: str) -> None:
    async def work(livekit: LiveKit) -> None:
        slow(relay, 0.3)
        answers = await asyncio.gather(*(asked(rooms.listed(livekit)) for _ in range(100)))
        assert relay.requests == 1
        assert all(room in {one.name for one in found} for found, _ in answers)
        assert [ledger.calls[0].shared for _, ledger in answers].count(False) == 1
        assert all(call.seconds > 0.2 for _, ledger in answers for call in ledger.calls)

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
            await livekit.write("Update", livekit.api.room.update_room_metadata, request)
        after, ledger = await asked(rooms.listed(livekit))
        assert not older.done(), "the older flight must still be in the air for this to say a thing"
        assert relay.requests == 3
        assert not ledger.calls[0].shared
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


def test_with_no_time_left_nothing_is_changed(
    run: Run[None], relay: Relay, room: str, livekit: Callable[..., object]
) -> None:
    async def work(client: LiveKit) -> None:
        with pytest.raises(TimedOut):
            await asked(rooms.delete(client, room), seconds=-1)
        assert room in {one.name for one in await rooms.listed(client)}

    run(work)


def test_many_steps_can_each_have_the_whole_time(run: Run[None], relay: Relay) -> None:
    async def work(livekit: LiveKit) -> None:
        slow(relay, 0.3)
        for number in range(3):
            livekit.renew_deadline()
            await rooms.listed(livekit, str(number))

    run(work, livekit_timeout=0.6)


def test_closing_ends_what_is_in_flight(run: Run[object], relay: Relay) -> None:
    async def work(livekit: LiveKit) -> object:
        relay.mode = "hang"
        waiting = asyncio.create_task(asked(rooms.listed(livekit), seconds=30))
        await sent(relay, 1)
        return waiting

    began = time.monotonic()
    run(work)
    assert time.monotonic() - began < 3


def test_a_refusal_of_one_part_is_still_a_sign_of_life(run: Run[None], relay: Relay) -> None:
    async def work(livekit: LiveKit) -> None:
        with suppress(DashboardError):
            await rooms.delete(livekit, "no such room")
        seen = livekit.seen()
        assert seen
        assert seen.reachable
        assert seen.call == "DeleteRoom"

    run(work)


def test_what_was_not_asked_is_not_seen(run: Run[None], relay: Relay) -> None:
    async def work(livekit: LiveKit) -> None:
        assert livekit.seen() is None

    run(work)
    until(lambda: relay.requests == 0, 1)
