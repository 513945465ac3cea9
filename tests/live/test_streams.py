"""Streams: bounded in number and in what waits, ended with their user and with the server."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from app.live.errors import NoStreamLeft, TooManyStreams
from app.live.feed import Feed
from app.live.hub import Hub
from app.live.streams import BETWEEN_SECONDS, MOST_WAITING, Stream, Streams
from tests.support.stores import run_apart

ALL = frozenset({"room", "egress"})


async def good() -> bool:
    """Still signed in."""
    return True


async def bad() -> bool:
    """Signed out."""
    return False


def said(message: bytes) -> dict[str, Any]:
    """Return the data of a message."""
    (line,) = [x for x in message.decode().splitlines() if x.startswith("data: ")]
    data: dict[str, Any] = json.loads(line.removeprefix("data: "))
    return data


async def waiting(streams: Streams, stream: Stream) -> list[bytes]:
    """Return what waits for a stream's browser, and end it."""
    taken, number = [], len(stream._waiting)
    async for message in stream.messages(streams.beat, good):
        taken.append(message)
        if len(taken) == number:
            stream.end()
    return taken


def together(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a coroutine in a loop of its own."""
    run_apart(work)


def test_each_gets_only_the_names_that_it_may_see() -> None:
    async def work() -> None:
        streams = Streams(Feed())
        with streams.opened("a", ALL, "") as all_of_it, streams.opened("b", frozenset(), "") as no:
            streams.broadcast({"rooms", "room:a"})
            first, second = await waiting(streams, all_of_it)
            assert said(first)["topics"] == []
            assert first.startswith(b"retry: ")
            assert said(second) == {"topics": ["room:a", "rooms"], "fed": {}, "streams": 2}
            assert said((await waiting(streams, no))[1])["topics"] == ["room", "rooms"]
        assert len(streams) == 0

    together(work)


def test_who_missed_something_learns_that_everything_may_have_changed() -> None:
    async def work() -> None:
        streams = Streams(Feed())
        before = streams.position
        with streams.opened("a", ALL, before) as stream:
            assert said((await waiting(streams, stream))[0])["topics"] == []
        streams.broadcast({"rooms"})
        for after in (before, Streams(Feed()).position, "nonsense"):
            with streams.opened("a", ALL, after) as stream:
                assert said((await waiting(streams, stream))[0])["topics"] == ["*"]

    together(work)


def test_a_browser_that_takes_nothing_costs_a_bounded_number_of_messages() -> None:
    async def work() -> None:
        streams = Streams(Feed())
        with streams.opened("a", ALL, "") as stream:
            for number in range(10 * MOST_WAITING + 5):
                streams.broadcast({f"room:{number}"})
            taken = await waiting(streams, stream)
            assert len(taken) <= MOST_WAITING
            assert said(taken[0])["topics"] == ["*"]

    together(work)


def test_they_are_bounded_for_a_user_and_in_all() -> None:
    streams = Streams(Feed(), most=3, most_each=2)
    with streams.opened("a", ALL, ""), streams.opened("a", ALL, ""):
        with pytest.raises(TooManyStreams), streams.opened("a", ALL, ""):
            pass
        with (
            streams.opened("b", ALL, ""),
            pytest.raises(NoStreamLeft),
            streams.opened("c", ALL, ""),
        ):
            pass
        with streams.opened("b", ALL, ""):
            assert len(streams) == 3
    assert (len(streams), streams._users) == (0, {})


def test_one_ends_with_its_user_at_the_next_beat() -> None:
    async def work() -> None:
        streams = Streams(Feed(), beat_seconds=0.05)
        with streams.opened("a", ALL, "") as stream:
            taken = [message async for message in stream.messages(streams.beat, bad)]
            assert len(taken) == 1

    together(work)


def test_beats_come_also_while_much_changes() -> None:
    async def work() -> None:
        streams = Streams(Feed(), beat_seconds=0.1)
        beats = 0
        with streams.opened("a", ALL, "") as stream:
            async for message in stream.messages(streams.beat, good):
                streams.broadcast({"rooms"})
                beats += message.startswith(b": beat")
                if beats == 3:
                    stream.end()
                await asyncio.sleep(0)

    together(work)


def test_all_end_when_the_server_shuts_down_and_none_is_opened_then() -> None:
    async def work() -> None:
        streams = Streams(Feed())
        with streams.opened("a", ALL, "") as stream:
            messages = stream.messages(streams.beat, good)
            await anext(messages)
            streams.end_all()
            assert [message async for message in messages] == []
        with pytest.raises(NoStreamLeft), streams.opened("a", ALL, ""):
            pass

    together(work)


@pytest.mark.alone
def test_the_first_change_is_sent_immediately_and_the_next_together() -> None:
    async def work() -> None:
        hub = Hub()
        streams = Streams(hub.feed)
        following = asyncio.create_task(streams.follow(hub))
        await asyncio.sleep(0)
        with streams.opened("a", ALL, "") as stream:
            messages = stream.messages(streams.beat, good)
            await anext(messages)
            loop = asyncio.get_running_loop()
            began = loop.time()
            hub.publish({"rooms"})
            assert said(await anext(messages))["topics"] == ["rooms"]
            assert loop.time() - began < BETWEEN_SECONDS
            for number in range(50):
                hub.publish({f"room:{number}"})
            assert len(said(await anext(messages))["topics"]) == 50
        following.cancel()

    together(work)
