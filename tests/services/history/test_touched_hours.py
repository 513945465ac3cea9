"""Projecting marks the hours of usage that it changes, and no others."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from app.store.schema import USAGE_STALE
from app.store.store import Store
from tests.support.stores import in_store
from tests.support.streams import at, person, projected, room, webhook

HOUR = timedelta(hours=1)
ROOM = room()
ANNA = person("PA_anna", "anna", 1.5)
WHO = {"sid": "PA_anna", "identity": "anna"}


async def taken(store: Store) -> list[datetime]:
    """Return the hours that were marked, and unmark them."""
    async with store.write() as connection:
        hours = sorted((await connection.execute(select(USAGE_STALE.c.start))).scalars())
        await connection.execute(delete(USAGE_STALE))
    return hours


def test_the_hours_in_which_something_changed_are_marked(database: str) -> None:
    async def work(store: Store) -> None:
        left = webhook("participant_left", 7300, room=ROOM, participant=ANNA | {"version": 2})
        await projected(store, [left])
        assert await taken(store) == [at(0), at(0) + HOUR, at(0) + 2 * HOUR]
        await projected(store, [webhook("participant_joined", 1, room=ROOM, participant=ANNA)])
        assert await taken(store) == []  # when it joined was known
        finished = webhook("room_finished", 7400, room=ROOM)
        await projected(store, [finished])
        assert at(0) + 2 * HOUR in await taken(store)
        track = webhook("track_published", 9, room=ROOM, participant=WHO, track={"sid": "TR_1"})
        await projected(store, [track])
        assert await taken(store) == []

    in_store(database, work)
