"""History can be made again from the webhooks that are kept."""

from sqlalchemy import update

from app.services.history.rebuilding import rebuild
from app.store.schema import CONNECTIONS, SESSIONS
from app.store.store import Store
from tests.support.stores import in_store
from tests.support.streams import at, history, person, projected, room, webhook

ROOM = room()
ANNA = person("PA_anna", "anna", 1.5)
EVENTS = [
    webhook("room_started", 0, room=ROOM),
    webhook("participant_joined", 1, room=ROOM, participant=ANNA),
    webhook("participant_left", 9, room=ROOM, participant=ANNA | {"version": 2}),
    webhook("room_finished", 12, room=ROOM),
]


def test_a_wrong_row_is_made_again(database: str) -> None:
    async def work(store: Store) -> None:
        right = await projected(store, EVENTS)
        async with store.write() as connection:
            await connection.execute(update(SESSIONS).values(ended_at=at(99), peak=7))
            await connection.execute(CONNECTIONS.delete())
        assert await rebuild(store) == 4
        assert await history(store) == right

    in_store(database, work)


def test_what_was_inferred_and_what_is_older_is_kept(database: str) -> None:
    async def work(store: Store) -> None:
        inferred = {"sid": "PA_gone", "joined_inferred": True, "left_at": at(5)}
        old = {"sid": "RM_old", "started_at": at(-9000), "ended_at": at(-8000)}
        seen = await projected(store, EVENTS)
        async with store.write() as connection:
            (connected,), (session,) = seen["connections"], seen["sessions"]
            await connection.execute(CONNECTIONS.insert().values(connected | inferred))
            await connection.execute(SESSIONS.insert().values(session | old))
        before = await history(store)
        await rebuild(store)
        assert await history(store, ["connections"]) == {"connections": before["connections"]}
        again = (await history(store))["sessions"]
        assert [row["sid"] for row in again] == ["RM_1", "RM_old"]
        assert again[1] == before["sessions"][1]

    in_store(database, work)


def test_without_webhooks_nothing_is_removed(database: str) -> None:
    async def work(store: Store) -> int:
        return await rebuild(store)

    assert in_store(database, work) == 0
