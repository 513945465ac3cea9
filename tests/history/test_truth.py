"""History equals what really happened, although webhooks get lost and everything crashes once.

A real server and real participants; the relay loses, doubles, delays and reorders webhooks, two
dashboards share a database and are killed once each, and the server once.
"""

import asyncio
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.config.settings import load_settings
from app.live.hub import Hub
from app.services.history.projecting.projector import waiting
from app.services.history.reconciling.reconciler import Reconciler
from app.services.livekit.client import LiveKit
from app.store.store import Store
from dev.guests import Server
from dev.participants import Crowd
from dev.stack import Stack
from tests.history.truth import Presence, Story
from tests.support.dashboard import managing
from tests.support.program import Program
from tests.support.stores import in_store
from tests.support.streams import SERVER, History, history, project_all
from tests.support.unreliable import UnreliableRelay
from tests.support.waiting import until

pytestmark = pytest.mark.alone

ROUNDING = timedelta(seconds=1.1)  # LiveKit dates webhooks in whole seconds, a moment later
JOINING = timedelta(seconds=0.1)
SEED = 18


@pytest.fixture
def relay() -> Iterator[UnreliableRelay]:
    """The relay to which the server sends its webhooks."""
    with UnreliableRelay(SEED) as running:
        yield running


@pytest.fixture
def server(relay: UnreliableRelay) -> Iterator[Stack]:
    """A server of the test's own, without Redis: what it knows dies with it."""
    with Stack(redis=False, webhooks=relay.url) as running:
        yield running


@pytest.fixture
def dashboards(
    server: Stack, relay: UnreliableRelay, database: str, tmp_path: Path
) -> Iterator[list[Program]]:
    """Two dashboards with one database."""
    programs = []
    for number in range(2):
        folder = tmp_path / f"dashboard-{number}"
        folder.mkdir()
        programs.append(Program(folder, server, DATABASE_URL=database))
    with programs[0], programs[1]:
        relay.targets = [program.url for program in programs]
        yield programs


@pytest.mark.parametrize("size", [1, 3], ids=["small", "large"])
@pytest.mark.timeout(180)
def test_history_is_the_truth(
    size: int,
    server: Stack,
    relay: UnreliableRelay,
    dashboards: list[Program],
    database: str,
) -> None:
    def livekit(work: Any) -> Any:
        return asyncio.run(Server(server.url, server.api_key, server.api_secret).until_done(work))

    with Crowd(server.url, server.api_key, server.api_secret) as crowd:
        story = Story(crowd, livekit, random.Random(SEED))  # noqa: S311
        _live(story, size)
        _restart(dashboards[0])
        _live(story, size)
        story.delete("room-1")
        _restart(dashboards[1])
        story.crash(server.livekit.kill)
        server.livekit.start()
        _live(story, size)
        relay.settle()
        until(lambda: in_store(database, _all_projected), 20)
        seen = in_store(database, lambda store: _reconciled(store, server))
        _compare(seen, story, relay)


def _live(story: Story, size: int) -> None:
    for number in range(3):
        room = f"room-{number}"
        story.join(room, 4 * size)
        story.leave(room, size)
        story.join(room, size, again=True)
        story.leave(room, size)


def _restart(dashboard: Program) -> None:
    dashboard.process.kill()
    dashboard.process.start(patience=60)


async def _all_projected(store: Store) -> bool:
    return not await waiting(store)


async def _reconciled(store: Store, server: Stack) -> History:
    """Run two rounds, and return the history after them."""
    settings = load_settings(_env_file=None, admin_password="-", **managing(server))
    async with LiveKit(settings) as livekit:
        reconciler = Reconciler(store, livekit, Hub(), SERVER)
        for _ in range(2):
            await asyncio.sleep(3)  # what is newer than a list is left to the next one
            await reconciler.round()
    await project_all(store)
    return await history(store)


def _compare(seen: History, story: Story, relay: UnreliableRelay) -> None:
    rows = {row["sid"]: row for row in seen["connections"]}
    told: dict[str, set[str]] = {}
    for event in relay.delivered:
        participant: Any = event.get("participant", {})
        told.setdefault(participant.get("sid", ""), set()).add(str(event["event"]))
    assert rows.keys() <= story.truth.keys()
    assert {sid for sid in story.truth if sid in told or sid in story.alive()} <= rows.keys()
    assert {sid for sid, row in rows.items() if row["left_at"] is None} == story.alive()
    for sid, row in rows.items():
        _compare_one(row, story.truth[sid], told.get(sid, set()))
    sessions = {row["sid"]: row for row in seen["sessions"]}
    assert {row["room_sid"] for row in rows.values()} <= sessions.keys()
    open_rooms = {story.truth[sid].room for sid in story.alive()}
    still_open = [row["room"] for row in sessions.values() if row["ended_at"] is None]
    assert open_rooms <= set(still_open)
    assert len(still_open) == len(set(still_open))
    for sid, session in sessions.items():
        people = {row["identity"] for row in rows.values() if row["room_sid"] == sid}
        assert session["participants"] == len(people)
        assert session["peak"] <= len(people)
    tracks = [row for row in seen["tracks"] if row["unpublished_at"] is None]
    assert {row["participant_sid"] for row in tracks} <= story.alive()


def _compare_one(row: dict[str, Any], truth: Presence, told: set[str]) -> None:
    assert (row["room"], row["identity"]) == (truth.room, truth.identity)
    if told & {"participant_joined", "participant_left"}:
        assert not row["joined_inferred"]
        assert truth.joined[0] - JOINING <= row["joined_at"] <= truth.joined[1] + JOINING
    if truth.left is None:
        return
    first, last = truth.left
    if "participant_left" in told:
        assert not row["left_inferred"]
        assert first - ROUNDING <= row["left_at"] <= last + ROUNDING
    else:
        assert row["left_inferred"]
        assert row["left_after"] <= last + ROUNDING
        assert row["left_at"] >= first - ROUNDING
