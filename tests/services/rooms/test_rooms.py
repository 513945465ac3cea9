"""Rooms as records, and deleting many of them one after the other."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from livekit.protocol import models

from app.config.settings import load_settings
from app.services.lists import Ask
from app.services.livekit.client import LiveKit
from app.services.livekit.steps import Outcome, one_by_one
from app.services.rooms import rooms
from dev.stack import Stack
from tests.support.fault import Mode, Relay

Make = Callable[..., str]


def delete(stack: Stack, url: str, names: list[str], seconds: float = 30) -> list[Outcome[str]]:
    """Delete rooms as a bulk delete does, LiveKit having 1 s for each."""
    settings = load_settings(
        _env_file=None,
        livekit_url=url,
        livekit_api_key=stack.api_key,
        livekit_api_secret=stack.api_secret,
        livekit_timeout=1,
        admin_password="-",
    )

    async def work() -> list[Outcome[str]]:
        async with LiveKit(settings) as livekit:
            return [each async for each in one_by_one(livekit, names, rooms.delete, seconds)]

    return asyncio.run(work())


def test_tabs_count_occupied_empty_and_full_rooms() -> None:
    opened = [
        models.Room(name=f"{taken}-{limit}", num_participants=taken, max_participants=limit)
        for taken, limit in [(0, 0), (0, 2), (1, 0), (1, 2), (2, 2), (3, 2)]
    ]
    counts = rooms.LISTING.table(opened, Ask(), rooms.Wanted()).counts
    assert counts == {"": 6, "any": 4, "empty": 2, "full": 2}
    shown = rooms.LISTING.table(opened, Ask(sort="name"), rooms.Wanted("full"))
    assert [room.name for room in shown.rows] == ["2-2", "3-2"]
    assert shown.counts == counts


def test_filters_by_recording_and_age() -> None:
    now = time.time()
    ages = {"new": 0, "hour": 3700, "day": 90_000, "week": 700_000}
    opened = [
        models.Room(
            name=name,
            creation_time_ms=round((now - seconds) * 1000),
            active_recording=name in {"hour", "week"},
        )
        for name, seconds in ages.items()
    ]
    # as an older livekit-server reports it
    opened.append(models.Room(name="seconds", creation_time=round(now - 3700)))

    def shown(**filters: Any) -> set[str]:
        wanted = rooms.Wanted(**filters)
        return {room.name for room in opened if wanted.matches(room, "")}

    assert shown(recording="yes") == {"hour", "week"}
    assert shown(recording="no") == {"new", "day", "seconds"}
    assert shown(older="10min") == shown(older="1h") == {"hour", "day", "week", "seconds"}
    assert shown(older="6h") == shown(older="1d") == {"day", "week"}
    assert shown(older="7d", recording="yes") == {"week"}


def test_one_that_is_gone_stops_nothing(stack: Stack, make_room: Make) -> None:
    first, last = make_room(), make_room()
    results = delete(stack, stack.url, [first, "no such room", last, first])
    assert results == [
        Outcome(first),
        Outcome("no such room", "was gone already"),
        Outcome(last),
        Outcome(first, "was gone already"),
    ]


def test_after_an_outage_the_rest_is_left_alone(
    stack: Stack, relay: Relay, make_room: Make, livekit: Callable[..., object]
) -> None:
    names = [make_room() for _ in range(3)]
    modes: tuple[Mode, ...] = ("hang", "reset", "garbage", "broken")
    for mode in modes:
        relay.mode = mode
        relay.requests = 0
        first, *others = delete(stack, relay.url, names)
        assert first.tried
        assert first.error
        assert others == [
            Outcome(name, "not tried: LiveKit failed before", tried=False) for name in names[1:]
        ]
        assert relay.requests == 1
    relay.close()
    assert delete(stack, stack.url, names) == [Outcome(name) for name in names]


@pytest.mark.alone
def test_each_room_has_its_own_time_and_all_together_a_limit(
    stack: Stack, relay: Relay, make_room: Make
) -> None:
    names = [make_room() for _ in range(5)]
    relay.mode, relay.delay = "slow", 0.3
    results = delete(stack, relay.url, names, seconds=1.1)
    deleted = [result for result in results if not result.error]
    assert 2 <= len(deleted) <= 4  # more than 1 s in all, which one request alone would not have
    late = [Outcome(name, "not tried: 1.1 s were used up", tried=False) for name in names]
    assert results == deleted + late[len(deleted) :]


def test_a_room_that_says_little_is_a_record_too() -> None:
    room = rooms.record(models.Room(name="old", creation_time=1_700_000_000))
    assert (room.name, room.participants, room.codecs) == ("old", 0, ())
    assert room.created.timestamp() == 1_700_000_000
    exact = rooms.record(models.Room(creation_time=1, creation_time_ms=1_700_000_000_250))
    assert exact.created.timestamp() == 1_700_000_000.25


def test_the_record_holds_no_secret() -> None:
    room = rooms.record(models.Room(name="a", turn_password="hidden-secret"))
    assert "hidden-secret" not in repr(room)
