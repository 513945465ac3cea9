"""Months of history: made as they come, removed whole, and all rows of a table are one list."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select

from app.store.partitions import add_months, add_near_months, drop_before, months_of_default
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


def test_months_are_made_once_and_dropped_whole(database: str) -> None:
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
            dropped = await connection.run_sync(drop_before, "tracks", NOW - timedelta(days=7))
        if store.name == "PostgreSQL":
            assert "tracks_2026_09" in dropped
            assert await sids(store) == ["TR_edge", "TR_new", "TR_odd"]
        else:
            assert dropped == []
            assert len(await sids(store)) == 4

    in_store(database, work)


def test_a_month_takes_its_rows_from_the_default_partition(database: str) -> None:
    async def work(store: Store) -> None:
        async with store.write() as connection:
            await connection.execute(insert(TRACKS), [track("TR_early", NOW)])
            some = await connection.run_sync(
                months_of_default, NOW - timedelta(days=90), NOW + timedelta(days=90)
            )
            await connection.run_sync(add_near_months, NOW)
            await connection.execute(insert(TRACKS), [track("TR_late", NOW)])
            left = await connection.run_sync(
                months_of_default, NOW - timedelta(days=90), NOW + timedelta(days=90)
            )
        assert await sids(store) == ["TR_early", "TR_late"]
        assert left == []
        assert some == ([NOW.replace(day=1, hour=0)] if store.name == "PostgreSQL" else [])

    in_store(database, work)
