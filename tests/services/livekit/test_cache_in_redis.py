"""REDIS_URL: instances share what is kept; Redis gone or strange is slower, never wrong."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from livekit import api
from pydantic import SecretStr
from redis.asyncio import Redis
from structlog.testing import capture_logs

from app.config.settings import Settings
from app.process import diagnosis
from app.process.diagnosis import Finding
from app.services.livekit.cache import in_redis as cache_in_redis
from app.services.livekit.cache.opening import open_answers
from app.services.livekit.client import LiveKit
from app.services.livekit.scope import CallScope
from app.services.rooms import rooms
from app.services.sip.trunks import trunks
from dev.stack import Stack
from tests.services.livekit.flights import asked
from tests.support.fault import Relay


@pytest.fixture
def wire(stack: Stack) -> Iterator[Relay]:
    """A relay before Redis, to break the connection with."""
    running = Relay(stack.redis_url)
    yield running
    running.close()


@pytest.fixture
def shared(settings: Settings, stack: Stack) -> Settings:
    """Settings of an instance that reaches Redis directly."""
    changes = {"cache_seconds": 30.0, "redis_url": SecretStr(f"{stack.redis_url}/1")}
    return settings.model_copy(update=changes)


@pytest.fixture
def broken(shared: Settings, wire: Relay, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of an instance that reaches it through the relay, and does not rest for long."""
    monkeypatch.setattr(cache_in_redis, "REST", 0.0)
    url = SecretStr(f"{wire.url.replace('ws:', 'redis:')}/1")
    return shared.model_copy(update={"redis_url": url})


@asynccontextmanager
async def instance(settings: Settings) -> AsyncIterator[LiveKit]:
    """One dashboard's LiveKit."""
    async with open_answers(settings) as answers, LiveKit(settings, answers) as livekit:
        yield livekit


async def listed(livekit: LiveKit) -> tuple[dict[str, str], CallScope]:
    """Return the rooms with their metadata, as a page lists them that refreshes."""
    found, scope = await asked(rooms.listed(livekit), cached=True)
    return {room.name: room.metadata for room in found}, scope


def test_instances_share_and_a_write_of_one_drops_for_all(
    shared: Settings, relay: Relay, room: str
) -> None:
    async def work() -> None:
        async with instance(shared) as one, instance(shared) as other:
            await listed(one)
            _, scope = await listed(other)
            assert (relay.requests, scope.age > 0) == (1, True)
            await asked(rooms.set_metadata(one, room, "by the first"))
            found, scope = await listed(other)
            assert (found[room], scope.age) == ("by the first", 0)

    asyncio.run(work())


@pytest.mark.parametrize("mode", ["hang", "reset", "garbage"])
def test_without_redis_each_page_asks_and_it_is_said_once(
    broken: Settings, wire: Relay, relay: Relay, room: str, mode: Any
) -> None:
    async def work() -> None:
        async with instance(broken) as livekit:
            await listed(livekit)
            wire.mode = mode
            wire.drop()
            for number in (2, 3):
                found, scope = await listed(livekit)
                assert (room in found, scope.age, relay.requests) == (True, 0, number)
            wire.mode = "pass"
            wire.drop()
            await listed(livekit)
            await listed(livekit)

    with capture_logs() as lines:
        asyncio.run(work())
    said = [line["event"] for line in lines if "Redis" in line["event"]]
    assert said == ["Redis doesn't respond; nothing is cached", "Redis responds again"]


def test_a_hanging_redis_is_left_alone_for_a_while(
    broken: Settings, wire: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_in_redis, "REST", 60.0)

    async def work() -> None:
        async with instance(broken) as livekit:
            wire.mode = "hang"
            await listed(livekit)
            wire.close()  # who asked again would hear of that
            with capture_logs() as lines:
                await listed(livekit)
            assert [line["event"] for line in lines if "Redis" in line["event"]] == []

    asyncio.run(work())


def test_a_write_that_could_not_be_told_is_told_before_anything_is_found(
    shared: Settings, broken: Settings, wire: Relay, room: str
) -> None:
    async def work() -> None:
        async with instance(shared) as one, instance(broken) as cut:
            await listed(one)
            wire.mode = "reset"
            wire.drop()
            await asked(rooms.set_metadata(cut, room, "told late"))
            found, scope = await listed(cut)
            assert (found[room], scope.age) == ("told late", 0)
            wire.mode = "pass"
            found, scope = await listed(cut)
            assert (found[room], scope.age) == ("told late", 0)
            found, _ = await listed(one)
            assert found[room] == "told late"

    asyncio.run(work())


def test_check_says_whether_redis_answers(shared: Settings, broken: Settings, wire: Relay) -> None:
    def cache(settings: Settings) -> Finding:
        findings = asyncio.run(diagnosis.findings(settings))
        return next(finding for finding in findings if finding.subject == "Cache")

    assert cache(shared) == Finding("Cache", "Redis is reachable; responses are cached for 30 s")
    wire.mode = "reset"
    assert not cache(broken).fine
    assert "Redis is unreachable: " in cache(broken).text
    off = shared.model_copy(update={"cache_seconds": 0.0})
    assert cache(off).text.startswith("off: CACHE_SECONDS is 0")


@pytest.fixture
def trunk(livekit: Callable[..., Any]) -> Iterator[str]:
    """A trunk's password; the trunk is there while the test is."""
    password = secrets.token_urlsafe(16)
    trunk = api.SIPInboundTrunkInfo(numbers=["+15550170170"], auth_username="u")
    trunk.auth_password = password
    made = livekit("sip.create_inbound_trunk", api.CreateSIPInboundTrunkRequest(trunk=trunk))
    yield password
    livekit("sip.delete_trunk", api.DeleteSIPTrunkRequest(sip_trunk_id=made.sip_trunk_id))


async def stored(url: str) -> list[tuple[Any, Any]]:
    """Return all that Redis holds there."""
    async with Redis.from_url(url) as redis:
        keys = [key async for key in redis.scan_iter()]
        values = [await redis.get(key) for key in keys]
    return [(key, value) for key, value in zip(keys, values, strict=True) if value]


def test_what_is_kept_is_sealed(shared: Settings, stack: Stack, trunk: str, room: str) -> None:
    async def work() -> None:
        async with instance(shared) as livekit:
            await asked(trunks.listed(livekit), cached=True)
            await listed(livekit)
        entries = await stored(f"{stack.redis_url}/1")
        assert len(entries) >= 3
        for secret in (trunk, room, stack.api_secret, stack.api_key):
            assert not [key for key, value in entries if secret.encode() in key + value], secret

    asyncio.run(work())


def test_another_secret_finds_nothing(shared: Settings, relay: Relay) -> None:
    rotated = shared.model_copy(update={"session_secret": (SecretStr("another-secret" * 3),)})

    async def work() -> None:
        async with instance(shared) as one, instance(rotated) as other:
            await listed(one)
            _, scope = await listed(other)
            assert (scope.age, relay.requests) == (0, 2)

    asyncio.run(work())


@pytest.mark.parametrize("planted", [b"", b"x", b"x" * 100])
def test_what_nobody_sealed_is_not_believed(
    shared: Settings, stack: Stack, relay: Relay, planted: bytes
) -> None:
    async def work() -> None:
        async with instance(shared) as livekit:
            await listed(livekit)
            async with Redis.from_url(f"{stack.redis_url}/1") as redis:
                async for key in redis.scan_iter(match="*:ListRooms:*"):
                    await redis.set(key, planted, ex=30)
            _, scope = await listed(livekit)
            assert (scope.age, relay.requests) == (0, 2)

    asyncio.run(work())
