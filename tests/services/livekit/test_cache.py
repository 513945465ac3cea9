"""CACHE_SECONDS: what LiveKit answered serves again while it is young and nothing was written."""

import asyncio
from contextlib import suppress

import pytest
from livekit import api
from pydantic import SecretStr

from app.errors import NotFound, Unavailable
from app.services.livekit.client import LiveKit
from app.services.livekit.scope import CallScope
from app.services.rooms import rooms
from dev.stack import Stack
from tests.services.livekit.flights import Run, asked, sent, slow
from tests.support.fault import Relay

AGES = 30.0


@pytest.fixture(params=["in memory", "in Redis"])
def kept(request: pytest.FixtureRequest, stack: Stack) -> dict[str, object]:
    """The settings with which answers are kept; each test has a server address of its own."""
    if request.param == "in memory":
        return {"cache_seconds": AGES}
    return {"cache_seconds": AGES, "redis_url": SecretStr(f"{stack.redis_url}/1")}


async def listed(livekit: LiveKit, *name: str) -> tuple[set[str], CallScope]:
    """List rooms as a page does that refreshes."""
    found, scope = await asked(rooms.listed(livekit, *name), cached=True)
    return {room.name for room in found}, scope


def test_a_second_page_asks_nothing_and_says_how_old_it_is(
    run: Run[None], relay: Relay, room: str, kept: dict[str, object]
) -> None:
    async def work(livekit: LiveKit) -> None:
        slow(relay, 0.3)
        _, first = await listed(livekit)
        found, second = await listed(livekit)
        assert relay.requests == 1
        assert room in found
        assert first.age == 0
        (call,) = second.calls
        assert call.seconds > 0.25, "what LiveKit took, not this page"
        assert 0.25 < second.age < AGES, "the age counts from the question"

    run(work, **kept)


def test_what_is_too_old_is_asked_again(
    run: Run[None], relay: Relay, kept: dict[str, object]
) -> None:
    async def work(livekit: LiveKit) -> None:
        _, first = await listed(livekit)
        await asyncio.sleep(0.3)
        _, second = await listed(livekit)
        assert (first.age, second.age, relay.requests) == (0, 0, 2)

    run(work, **kept | {"cache_seconds": 0.25})


def test_other_requests_and_other_questions_ask(
    run: Run[None], relay: Relay, kept: dict[str, object]
) -> None:
    async def work(livekit: LiveKit) -> None:
        await listed(livekit)
        _, scope = await asked(rooms.listed(livekit))
        assert (scope.age, relay.requests) == (0, 2)
        await listed(livekit, "another")
        assert relay.requests == 3

    run(work, **kept)


@pytest.mark.parametrize("found", [True, False])
def test_a_write_drops_what_was_kept(
    run: Run[None], relay: Relay, room: str, found: bool, kept: dict[str, object]
) -> None:
    async def work(livekit: LiveKit) -> None:
        await listed(livekit)
        name = room if found else "no such room"  # a write that failed may have done something
        request = api.UpdateRoomMetadataRequest(room=name, metadata="written")
        with suppress(NotFound):
            await livekit.write(livekit.api.room.update_room_metadata, request)
        _, after = await listed(livekit)
        assert (after.age, relay.requests) == (0, 3)

    run(work, **kept)


def test_an_answer_from_before_a_write_is_not_kept(
    run: Run[None], relay: Relay, room: str, kept: dict[str, object]
) -> None:
    async def work(livekit: LiveKit) -> None:
        slow(relay, 1.0)
        older = asyncio.create_task(listed(livekit))
        await sent(relay, 1)
        relay.mode = "pass"
        await rooms.set_metadata(livekit, room, "written")
        assert not older.done(), "the older read must still be under way for this to say a thing"
        await older
        _, after = await listed(livekit)
        assert after.age == 0

    run(work, **kept)


def test_a_failure_is_not_kept(run: Run[None], relay: Relay, kept: dict[str, object]) -> None:
    async def work(livekit: LiveKit) -> None:
        relay.mode = "reset"
        with pytest.raises(Unavailable):
            await listed(livekit)
        relay.mode = "pass"
        _, scope = await listed(livekit)
        assert scope.age == 0

    run(work, **kept)


def test_many_at_once_ask_once(run: Run[None], relay: Relay, kept: dict[str, object]) -> None:
    async def work(livekit: LiveKit) -> None:
        slow(relay, 0.3)
        await asyncio.gather(*(listed(livekit) for _ in range(50)))
        await asyncio.gather(*(listed(livekit) for _ in range(50)))
        assert relay.requests == 1

    run(work, **kept)
