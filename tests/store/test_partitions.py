"""Months of history: made as they come, removed whole, and all rows of a table are one list."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, insert, select

from app.store.partitions import add_months, add_near_months, remove_before
from app.store.schema import TRACKS
from app.store.store import Store
from tests.support.stores import in_store

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def track(sid: str, published_at: datetime) -> dict[str, object]:
    """Return the row of a track."""
    texts = ("room_sid", "participant_sid", "type", "source", "name", "mime_type", "described_by")
    moments = {"published_at": published_at, "published_inferred": False}
    ends = {"unpublished_at": None, "unpublished_inferred": False}
    return {"server": "default", "sid": sid, **dict.fromkeys(texts, ""), **moments, **ends}


async def sids(store: Store) -> list[str]:
    """Return the SIDs of all tracks."""
    async with store.read() as connection:
        return sorted((await connection.execute(select(TRACKS.c.sid))).scalars())


def test_months_are_made_once_and_removed_whole(database: str) -> None:
    async def work(store: Store) -> None:
        moments = {
            "TR_old": NOW - timedelta(days=70),
            "TR_edge": NOW.replace(day=3),
            "TR_new": NOW,
            "TR_odd": NOW + timedelta(days=4000),
        }
        async with store.write() as connection:
            await connection.run_sync(add_months, NOW - timedelta(days=80), NOW)
            await connection.run_sync(add_near_months, NOW)
            rows = [track(sid, moment) for sid, moment in moments.items()]
            await connection.execute(insert(TRACKS), rows)
        async with store.write() as connection:
            await connection.run_sync(remove_before, "tracks", NOW - timedelta(days=7))
        assert await sids(store) == ["TR_new", "TR_odd"]
        async with store.write() as connection:
            await connection.run_sync(remove_before, "tracks", NOW + timedelta(days=9000))
            left = await connection.execute(select(func.count()).select_from(TRACKS))
            assert left.scalar_one() == 0

    in_store(database, work)
