"""What is older than it may be is removed, and nothing else."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from app.services.history.retention import (
    CALLS_KIND,
    EVENTS,
    KINDS,
    SESSIONS_KIND,
    drop_months,
    prepare_months,
    remove_some,
)
from app.store.partitions import add_months
from app.store.schema import WEBHOOK_EVENTS
from app.store.store import Store
from tests.support.stores import in_store
from tests.support.streams import Event, at, history, person, projected, room, webhook

DAY = 24 * 3600.0
VIDEO = {"sid": "TR_1", "type": "VIDEO"}


def story(number: int, began: float) -> list[Event]:
    """Return the webhooks of a session with a caller, a track and a recording."""
    ours = room(f"RM_{number}", created=began)
    call = {"sip.callID": f"SCL_{number}"}
    caller = person(f"PA_{number}", "caller", began + 1, kind="SIP", attributes=call)
    track = VIDEO | {"sid": f"TR_{number}"}
    job = {"egressId": f"EG_{number}", "roomId": ours["sid"], "status": "EGRESS_ACTIVE"}
    return [
        webhook("participant_joined", began + 1, room=ours, participant=caller),
        webhook("track_published", began + 2, room=ours, participant=caller, track=track),
        webhook("egress_started", began + 3, egressInfo=job),
    ]


async def remove(store: Store, kind: str, before: datetime) -> Counter[str]:
    """Remove all that is older."""
    await drop_months(store, kind, before)
    removed: Counter[str] = Counter()
    while some := +await remove_some(store, kind, before):
        removed += some
    return removed


async def left(store: Store) -> dict[str, list[str]]:
    """Return the keys of what is left, by table."""
    columns = {"egress_jobs": "egress_id", "calls": "call_id"}
    return {
        table: sorted(row[columns.get(table, "sid")] for row in rows)
        for table, rows in (await history(store)).items()
        if rows
    }


def test_each_kind_has_its_own_time(database: str) -> None:
    async def work(store: Store) -> None:
        async with store.write() as connection:
            await connection.run_sync(add_months, at(-99 * DAY), at(-40 * DAY))
        await projected(store, story(1, -90 * DAY) + story(2, -2 * DAY) + story(3, 0))
        assert await remove(store, SESSIONS_KIND, at(-1 * DAY))
        assert await left(store) == {
            "sessions": ["RM_3"],
            "connections": ["PA_3"],
            "tracks": ["TR_3"],
            "egress_jobs": ["EG_3"],
            "calls": ["SCL_1", "SCL_2", "SCL_3"],
        }
        await remove(store, CALLS_KIND, at(-9 * DAY))
        assert (await left(store))["calls"] == ["SCL_2", "SCL_3"]
        assert await events(store) == 9
        await remove(store, EVENTS, at(-1 * DAY))
        assert await events(store) == 3
        for kind in KINDS:
            assert not await remove(store, kind, at(-9 * DAY))

    in_store(database, work)


def test_months_are_made_for_rows_that_came_before(database: str) -> None:
    async def work(store: Store) -> None:
        now = datetime.now(UTC)
        await prepare_months(store, now - timedelta(days=400), now)
        await projected(store, story(1, 0))
        before = await history(store)
        await prepare_months(store, at(-DAY), now)
        assert await history(store) == before

    in_store(database, work)


async def events(store: Store) -> int:
    """Return how many webhooks are kept."""
    async with store.read() as connection:
        count = select(func.count()).select_from(WEBHOOK_EVENTS)
        return (await connection.execute(count)).scalar_one()
