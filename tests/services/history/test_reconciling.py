"""History against the lists of a real server: what webhooks lost is found out and marked so."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.errors import LiveKitError
from app.live.hub import Hub
from app.services.history.reconciling.reconciler import Reconciler
from app.services.livekit.client import LiveKit
from app.store.migrating import migrate
from app.store.schema import CONNECTIONS, COVERAGE, REPAIRS, SESSIONS
from app.store.store import Store
from dev.participants import Crowd
from tests.services.livekit.flights import Run
from tests.support.fault import Relay
from tests.support.streams import SERVER, History, history, person, projected, room, webhook

Act = Callable[[Store, Reconciler], Awaitable[None]]
Reconcile = Callable[[Act], None]
LONG_AGO = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
def reconcile(database: str, run: Run[None]) -> Reconcile:
    """Do something with a store and the reconciler of a real server."""

    def done(act: Act) -> None:
        async def work(livekit: LiveKit) -> None:
            store = Store(database)
            try:
                await migrate(store)
                await act(store, Reconciler(store, livekit, Hub(), SERVER))
            finally:
                await store.close()

        run(work)

    return done


def of_room(seen: History, table: str, name: str) -> list[dict[str, Any]]:
    """Return the rows of a room."""
    return [row for row in seen[table] if row["room"] == name]


async def age(store: Store) -> None:
    """Let everything have been seen long ago, as if no webhook had come since."""
    async with store.write() as connection:
        for table in (SESSIONS, CONNECTIONS):
            await connection.execute(update(table).values(seen_at=LONG_AGO))


def test_what_no_webhook_told_is_opened(reconcile: Reconcile, room: str, crowd: Crowd) -> None:
    guest = crowd.join(room, "anna")
    guest.publish("camera")

    async def act(store: Store, reconciler: Reconciler) -> None:
        assert (await reconciler.round())["session.opened"] >= 1
        seen = await history(store)
        (session,), (anna,) = (of_room(seen, name, room) for name in ("sessions", "connections"))
        assert (session["started_inferred"], session["ended_at"]) == (True, None)
        assert (session["participants"], session["peak"]) == (1, 1)
        assert (anna["identity"], anna["joined_inferred"], anna["left_at"]) == ("anna", True, None)
        assert anna["joined_at"] >= session["started_at"]
        tracks = [row for row in seen["tracks"] if row["room_sid"] == session["sid"]]
        assert [(row["source"], row["published_inferred"]) for row in tracks] == [("CAMERA", True)]
        assert not await reconciler.round()  # nothing is left to repair

    reconcile(act)
    guest.leave()


def test_what_livekit_lists_no_longer_is_closed_in_two_rounds(reconcile: Reconcile) -> None:
    async def act(store: Store, reconciler: Reconciler) -> None:
        anna = person("PA_anna", "anna", 1)
        ours = room_of_a_stream()
        await projected(store, [webhook("participant_joined", 1, room=ours, participant=anna)])
        await age(store)
        began = datetime.now(UTC)
        await reconciler.round()
        (session,) = of_room(await history(store), "sessions", "lost")
        assert session["ended_at"] is None
        assert session["missing_since"] >= began
        assert (await reconciler.round())["session.closed"] == 1
        seen = await history(store)
        (session,), (left,) = (of_room(seen, name, "lost") for name in ("sessions", "connections"))
        assert session["ended_inferred"]
        assert session["ended_after"] <= began <= session["ended_at"]
        assert (left["left_inferred"], left["left_at"]) == (True, session["ended_at"])
        late = webhook("participant_left", 5, room=ours, participant=anna | {"version": 2})
        (left,) = of_room(await projected(store, [late]), "connections", "lost")
        assert not left["left_inferred"]

    reconcile(act)


def test_a_name_with_another_sid_closes_the_old_session(reconcile: Reconcile, room: str) -> None:
    async def act(store: Store, reconciler: Reconciler) -> None:
        old = room_of_a_stream(room)
        await projected(store, [webhook("room_started", 0, room=old)])
        await age(store)
        async with store.write() as connection:
            early = update(SESSIONS).values(started_at=LONG_AGO - timedelta(hours=1))
            await connection.execute(early)
        assert (await reconciler.round())["session.closed"] == 1
        open_ones = [
            row["ended_at"] is None for row in of_room(await history(store), "sessions", room)
        ]
        assert sorted(open_ones) == [False, True]

    reconcile(act)


def test_what_lives_is_opened_again_if_its_end_was_inferred(
    reconcile: Reconcile, room: str, crowd: Crowd
) -> None:
    guest = crowd.join(room, "anna")

    async def act(store: Store, reconciler: Reconciler) -> None:
        await reconciler.round()
        for inferred in (True, False):
            async with store.write() as connection:
                left = {"left_at": LONG_AGO, "left_inferred": inferred}
                over = {"ended_at": LONG_AGO, "ended_inferred": inferred}
                await connection.execute(update(CONNECTIONS).values(left))
                await connection.execute(update(SESSIONS).values(over))
            repaired = await reconciler.round()
            assert (repaired["session.reopened"] >= 1) is inferred
            assert (repaired["connection.reopened"] >= 1) is inferred

    reconcile(act)
    guest.leave()


def test_who_left_unnoticed_is_closed(reconcile: Reconcile, room: str, crowd: Crowd) -> None:
    crowd.join(room, "stays")
    guest = crowd.join(room, "goes")

    async def act(store: Store, reconciler: Reconciler) -> None:
        await reconciler.round()
        guest.leave()
        await age(store)
        for _ in range(2):
            await reconciler.round()
        people = of_room(await history(store), "connections", room)
        ends = {row["identity"]: row["left_inferred"] for row in people}
        assert ends == {"stays": False, "goes": True}

    reconcile(act)


def test_an_outage_of_livekit_closes_nothing(reconcile: Reconcile, relay: Relay) -> None:
    async def act(store: Store, reconciler: Reconciler) -> None:
        before = await projected(store, [webhook("room_started", 0, room=room_of_a_stream())])
        relay.mode = "broken"
        for _ in range(3):
            with pytest.raises(LiveKitError):
                await reconciler.round()
        assert await history(store) == before
        async with store.read() as connection:
            assert (await connection.execute(select(COVERAGE))).all() == []

    reconcile(act)


def test_coverage_has_a_gap_where_nobody_watched(reconcile: Reconcile) -> None:
    async def act(store: Store, reconciler: Reconciler) -> None:
        await reconciler.round()
        await reconciler.round()
        async with store.write() as connection:
            (row,) = (await connection.execute(select(COVERAGE))).mappings()
            assert row["until_at"] > row["began_at"]
            gone = {"began_at": LONG_AGO, "until_at": datetime.now(UTC) - timedelta(seconds=91)}
            await connection.execute(update(COVERAGE).values(gone))
        await reconciler.round()
        async with store.read() as connection:
            assert len((await connection.execute(select(COVERAGE))).all()) == 2

    reconcile(act)


def test_repairs_are_counted(reconcile: Reconcile, room: str) -> None:
    async def act(store: Store, reconciler: Reconciler) -> None:
        repaired: Counter[str] = await reconciler.round()
        async with store.read() as connection:
            rows = (await connection.execute(select(REPAIRS))).mappings().all()
        assert {row["kind"]: row["number"] for row in rows} == repaired
        assert repaired["session.opened"] >= 1

    reconcile(act)


def room_of_a_stream(name: str = "lost") -> dict[str, Any]:
    """Return a room that LiveKit doesn't have."""
    return room(sid="RM_lost", name=name)
