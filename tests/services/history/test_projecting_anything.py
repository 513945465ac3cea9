"""Whatever is in a webhook, history takes it or sets it aside."""

from datetime import timedelta

from sqlalchemy import select

from app.store.schema import WEBHOOK_EVENTS
from app.store.store import Store
from tests.support.stores import in_store
from tests.support.streams import (
    History,
    at,
    brief,
    history,
    keep,
    made,
    one,
    person,
    project_all,
    projected,
    room,
    webhook,
)

ROOM = room()
ANNA = person("PA_anna", "anna", 1.5, name="Anna")
VIDEO = {"sid": "TR_1", "type": "VIDEO", "source": "CAMERA", "name": "cam", "mimeType": "video/VP8"}


def test_what_is_newer_than_this_build_stays_visible(database: str) -> None:
    odd = ANNA | {"kind": "HOLOGRAM", "disconnectReason": 4711, "aura": {"color": "blue"}}
    seen = made(
        database,
        webhook("participant_left", 5, room=ROOM, participant=odd),
        webhook("room_evaporated", 6, room=ROOM),
    )
    one(seen["connections"], kind="HOLOGRAM", reason="4711")


def test_hostile_texts_and_numbers_are_kept(database: str) -> None:
    wide = "\0\N{GRINNING FACE}" + "x" * 5000
    hostile = person("PA_\0", wide, 1, name=wide, attributes={"sip.\0": wide})
    hostile |= {"joinedAtMs": str(2**62), "version": 2**32 - 1}
    odd_room = room(name=wide) | {"creationTimeMs": str(-(2**62))}
    seen = made(database, webhook("participant_joined", 3, room=odd_room, participant=hostile))
    (row,) = seen["connections"]
    assert len(row["identity"]) == 512
    assert "\0" not in row["identity"]
    one(seen["sessions"], started_at=at(0))


def test_an_event_that_cannot_be_read_is_set_aside(database: str) -> None:
    async def work(store: Store) -> None:
        poison = webhook("participant_joined", 1, room={"name": 5})
        deep = webhook("room_started", 1)
        good = webhook("room_started", 2, room=ROOM)
        await keep(store, [poison, good])
        body = '{"room":' * 5000
        await keep(store, [deep])
        async with store.write() as connection:
            events = WEBHOOK_EVENTS
            wrong = events.update().where(events.c.event_id == deep["id"])
            await connection.execute(wrong.values(body=body))
        await project_all(store)
        one((await history(store))["sessions"], sid="RM_1")
        async with store.read() as connection:
            columns = select(WEBHOOK_EVENTS.c.event_id, WEBHOOK_EVENTS.c.problem)
            problems = {row.event_id: row.problem for row in await connection.execute(columns)}
        assert problems[good["id"]] is None
        assert "Not a webhook event" in problems[poison["id"]]
        assert "Not a webhook event" in problems[deep["id"]]

    in_store(database, work)


def test_the_dashboards_own_test_events_are_no_history(database: str) -> None:
    async def work(store: Store) -> History:
        await keep(store, [webhook("room_started", 0, room=ROOM)], origin="test")
        await project_all(store)
        return await history(store)

    assert not any(in_store(database, work).values())


def test_a_session_may_span_months(database: str) -> None:
    early = room(created=-timedelta(days=35).total_seconds())
    who = {"sid": "PA_anna", "identity": "anna"}
    late = webhook("track_published", 5, room=brief(ROOM), participant=who, track=VIDEO)

    async def work(store: Store) -> History:
        await projected(store, [late])
        return await projected(store, [webhook("room_finished", 9, room=early)])

    one(
        in_store(database, work)["sessions"],
        started_at=at(0) - timedelta(days=35),
        started_inferred=False,
        ended_at=at(9),
    )
