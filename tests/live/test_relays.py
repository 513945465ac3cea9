"""Relays: what is published in one process reaches the others, and an outage heals."""

import asyncio
import secrets
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from app.config.settings import Settings, load_settings
from app.live.hub import Hub, Subscription
from app.live.relays import by_sockets
from app.live.relays import relay as relays
from app.live.relays.messages import decoded, encoded
from app.live.relays.opening import open_relay
from app.live.relays.relay import Relay
from dev.postgres import Postgres
from dev.stack import Stack
from tests.config.samples import REQUIRED
from tests.support.fault import Relay as Wire
from tests.support.stores import run_apart
from tests.support.waiting import until

SOON = 2.0  # seconds, of a busy machine; the next message without news comes after 30


class Process:
    """What one process of several has: a hub, a relay, and a page."""

    def __init__(self, hub: Hub, relay: Relay, page: Subscription) -> None:
        self.hub = hub
        self.relay = relay
        self.page = page

    async def sees(self, topic: str, seconds: float = 5.0) -> float:
        """Wait until the page learns of a topic, and return how long that took."""
        began = time.monotonic()
        async with asyncio.timeout(seconds):
            while topic not in await self.page.take():
                pass
        return time.monotonic() - began


@asynccontextmanager
async def process(settings: Settings, folder: Path | None = None) -> AsyncIterator[Process]:
    """Run one process's relay."""
    hub = Hub()
    async with open_relay(settings, hub, folder) as relay:
        assert relay is not None
        with hub.subscribed() as page:
            yield Process(hub, relay, page)


async def until_true(look: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until something is true."""
    await asyncio.to_thread(until, look, seconds)


def of(**settings: Any) -> Settings:
    """Return the settings of a process."""
    return load_settings(_env_file=None, **REQUIRED | settings)


@pytest.fixture(params=["PostgreSQL", "Redis", "SQLite", "workers"])
def linked(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Settings, Path | None]:
    """Settings of processes that belong together, for each kind of link, and their folder."""
    if request.param == "PostgreSQL":
        postgres: Postgres = request.getfixturevalue("postgres")
        return of(database_url=postgres.create(f"live_{secrets.token_hex(6)}")), None
    if request.param == "Redis":
        stack: Stack = request.getfixturevalue("stack")
        own = f"wss://{secrets.token_hex(4)}.example.com"
        return of(redis_url=f"{stack.redis_url}/2", livekit_url=own), None
    if request.param == "SQLite":
        # a path that is longer than the address of a socket may be
        folder = tmp_path / ("long" * 40)
        folder.mkdir()
        return of(database_url=f"sqlite:///{folder}/dashboard.db"), None
    return of(), tmp_path


@pytest.mark.alone
def test_three_processes_learn_of_each_other(linked: tuple[Settings, Path | None]) -> None:
    settings, folder = linked

    async def work() -> None:
        async with AsyncExitStack() as exits:
            one, two, three = [
                await exits.enter_async_context(process(settings, folder)) for _ in range(3)
            ]
            await until_true(lambda: all(each.relay.works for each in (one, two, three)))
            await asyncio.sleep(0.2)
            moment = time.time()
            one.hub.feed.saw("rooms", moment)
            one.hub.publish({"rooms", "room:\U0001f600 \ud800 \0"})
            for other in (two, three):
                assert await other.sees("room:\U0001f600 \ud800 \0") < SOON
                assert other.hub.feed.moments["rooms"] == moment
            two.hub.publish({"egress"})
            assert await one.sees("egress") < SOON
            three.hub.publish({f"room:{'x' * 9000}", *(f"room:{n:0900}" for n in range(50))})
            async with asyncio.timeout(5):
                seen: set[str] = set()
                while len(seen) < 51:
                    seen |= await two.page.take()
            assert "room" in seen  # what is too long, by its area

    run_apart(work)


def test_a_process_that_is_alone_has_no_relay() -> None:
    async def work() -> None:
        async with open_relay(of(), Hub(), None) as relay:
            assert relay is None

    run_apart(work)


@pytest.mark.alone
def test_sockets_leave_nothing_behind_and_survive_a_killed_process(tmp_path: Path) -> None:
    settings = of(database_url=f"sqlite:///{tmp_path}/dashboard.db")
    folder = tmp_path / "dashboard.db-live"

    async def work() -> None:
        async with process(settings) as one, process(settings) as two:
            await until_true(lambda: one.relay.works and two.relay.works)
            assert folder.stat().st_mode & 0o777 == 0o700
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as killed:
                killed.bind(str(folder / "killed"))
            await asyncio.sleep(0.2)
            one.hub.publish({"rooms"})
            assert await two.sees("rooms") < SOON
            assert not (folder / "killed").exists()

    run_apart(work)
    assert list(tmp_path.iterdir()) == []


def test_sockets_that_somebody_removed_are_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_sockets, "LOOK_SECONDS", 0.2)
    settings = of(database_url=f"sqlite:///{tmp_path}/dashboard.db")

    async def work() -> None:
        async with process(settings) as one, process(settings) as two:
            await until_true(lambda: one.relay.works and two.relay.works)
            for each in (tmp_path / "dashboard.db-live").iterdir():
                each.unlink()
            await until_true(lambda: one.relay.problem and two.relay.problem)
            await until_true(lambda: one.relay.works and two.relay.works)
            await one.sees("*")
            one.hub.publish({"rooms"})
            assert await two.sees("rooms") < 5

    run_apart(work)


@pytest.mark.alone
def test_an_outage_of_redis_is_logged_once_and_heals(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays, "SHORTEST_WAIT", 0.1)
    wire = Wire(stack.redis_url)
    settings = of(redis_url=f"{wire.url.replace('ws:', 'redis:')}/3")

    async def work() -> None:
        async with process(settings) as one, process(settings) as two:
            await until_true(lambda: one.relay.works and two.relay.works)
            with capture_logs() as logs:
                wire.mode = "reset"
                wire.drop()
                await until_true(lambda: one.relay.problem and two.relay.problem)
                await asyncio.sleep(1)
                one.hub.publish({"rooms"})  # lost, so that everything counts as changed
                wire.mode = "pass"
                await until_true(lambda: one.relay.works and two.relay.works)
            await two.sees("*")
            one.hub.publish({"egress"})
            assert await two.sees("egress") < SOON
            lost = [line for line in logs if "lost" in line["event"]]
            assert len(lost) == 2  # one of each process

    try:
        run_apart(work)
    finally:
        wire.close()


@pytest.mark.alone
def test_an_outage_of_postgresql_heals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relays, "SHORTEST_WAIT", 0.1)
    monkeypatch.setattr(relays, "LONGEST_WAIT", 0.5)
    with Postgres() as postgres:
        settings = of(database_url=postgres.create("live"))

        async def work() -> None:
            async with process(settings) as one, process(settings) as two:
                await until_true(lambda: one.relay.works and two.relay.works)
                await asyncio.to_thread(postgres.process.stop)
                await until_true(lambda: one.relay.problem and two.relay.problem)
                await asyncio.to_thread(postgres.process.start)
                await until_true(lambda: one.relay.works and two.relay.works)
                await two.sees("*")
                one.hub.publish({"egress"})
                assert await two.sees("egress") < SOON

        run_apart(work)


def test_a_link_that_hangs_is_noticed(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relays, "SILENT_SECONDS", 0.5)  # no echo comes that soon
    settings = of(database_url=postgres.create(f"live_{secrets.token_hex(6)}"))

    async def work() -> None:
        async with process(settings) as one:
            await until_true(lambda: "nothing came back" in one.relay.problem)

    run_apart(work)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "1", '{"from": 1, "topics": [], "fed": {}}', "[" * 100_000, b"\xff", "null"],
)
def test_what_is_no_message_is_ignored(text: str | bytes) -> None:
    assert decoded(text) is None


def test_messages_have_the_size_that_the_link_can_carry() -> None:
    face = "\U0001f600"
    topics = {"room:" + face * number for number in range(150)} | {"egress:" + "e" * 5000}
    messages = list(encoded("one", topics, {"rooms": 1.5, "egress": 2.5}, 7_900))
    assert max(len(message.encode()) for message in messages) < 8_000
    read = [decoded(message) for message in messages]
    assert all(news and news.moments == {"rooms": 1.5, "egress": 2.5} for news in read)
    named = {topic for news in read if news for topic in news.topics}
    assert "egress" in named
    assert len(named) > 60
