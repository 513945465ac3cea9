"""Hours are counted again when their rows change, and days are the sums of their hours."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import update

from app.services.usage.measures import Measure
from app.services.usage.periods import Range, between, of_moments, up_to
from app.services.usage.reading import Usage, read
from app.services.usage.rolling import mark, roll
from app.services.webhooks.signing_keys import DEFAULT_SERVER as SERVER
from app.store.schema import CONNECTIONS, COVERAGE, SESSIONS
from app.store.store import Store
from tests.support.history import Row, add, connection, session
from tests.support.stores import in_store

NOW = datetime(2026, 11, 30, 12, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
MICRO = 1_000_000


def started(room: str, started_at: datetime, ended_at: datetime | None = None) -> Row:
    """Return a session."""
    return session(f"RM_{room}", room, started_at=started_at, ended_at=ended_at)


def joined(
    of: Row, identity: str, joined_at: datetime, left_at: datetime | None = None, **own: Any
) -> Row:
    """Return a connection to a session."""
    sid = f"PA_{of['room']}_{identity}"
    return connection(sid, of, identity, joined_at=joined_at, left_at=left_at, **own)


async def marked(store: Store, *hours: datetime) -> None:
    """Mark hours to be counted again, and count them."""
    async with store.write() as writing:
        await mark(store, writing, SERVER, hours)
    await roll(store, SERVER, NOW)


async def the_day(store: Store, rooms: str = "") -> Usage:
    """Return the usage of the last 24 hours."""
    return await read(store, SERVER, up_to(NOW, Range.DAY, UTC), NOW, rooms)


def minutes(usage: Usage, kind: str = "STANDARD") -> int:
    """Return the minutes of participants."""
    return usage.sum(Measure.PARTICIPATION, kind) // MICRO // 60


def test_what_changes_is_counted_again(database: str) -> None:
    async def work(store: Store) -> None:
        first = started("a", NOW - 3 * HOUR)
        row = joined(first, "ada", NOW - 3 * HOUR)
        await add(store, {SESSIONS: [first]})
        await add(store, {CONNECTIONS: [row]})
        await marked(store, NOW - 3 * HOUR, NOW - 2 * HOUR)
        usage = await the_day(store)
        assert minutes(usage) == 180
        assert (usage.sum(Measure.SESSIONS), usage.sum(Measure.JOINS)) == (1, 1)
        async with store.write() as writing:
            left = update(CONNECTIONS).where(CONNECTIONS.c.sid == row["sid"])
            await writing.execute(left.values(left_at=NOW - 2 * HOUR, reason="CLIENT_INITIATED"))
        await marked(store, NOW - 2 * HOUR, NOW - HOUR, NOW)
        usage = await the_day(store)
        assert minutes(usage) == 60
        assert usage.labels(Measure.LEFT) == ["STANDARD/CLIENT_INITIATED"]

    in_store(database, work)


def test_hours_since_the_last_count_are_counted(database: str) -> None:
    async def work(store: Store) -> None:
        first = started("a", NOW - 9 * HOUR)
        await add(store, {SESSIONS: [first]})
        await add(store, {CONNECTIONS: [joined(first, "ada", NOW - 9 * HOUR)]})
        await marked(store, NOW - 9 * HOUR)
        assert minutes(await the_day(store)) == 60 * 9

    in_store(database, work)


def test_a_connection_of_weeks_is_in_every_hour(database: str) -> None:
    async def work(store: Store) -> None:
        first = started("a", NOW - timedelta(days=20))
        rows = [
            joined(first, "ada", NOW - timedelta(days=20)),
            joined(first, "eve", NOW - timedelta(days=20), NOW - HOUR),
        ]
        await add(store, {CONNECTIONS: rows})
        hours = [NOW - n * HOUR for n in range(20 * 24 + 1)]
        await marked(store, *hours)
        usage = await the_day(store)
        day = 23 * 60 + 30  # from the first whole hour on
        assert minutes(usage) == day + day - 60
        assert usage.steps(Measure.PEAK)[:3] == [2, 2, 2]
        month = await read(store, SERVER, up_to(NOW, Range.MONTH, UTC), NOW)
        quarter = await read(store, SERVER, up_to(NOW, Range.QUARTER, UTC), NOW)
        assert minutes(month) == minutes(quarter) == 2 * 20 * 24 * 60 - 60
        assert quarter.sum(Measure.PEAK) == 2

    in_store(database, work)


def test_rooms_are_counted_from_their_own_rows(database: str) -> None:
    async def work(store: Store) -> None:
        for room in ("support-1", "support-2", "Support-3", "sales_1"):
            of = started(room, NOW - HOUR, NOW)
            await add(store, {SESSIONS: [of]})
            row = joined(of, "ada", NOW - HOUR, NOW - 50 * MINUTE)
            await add(store, {CONNECTIONS: [row]})
        await marked(store, NOW - HOUR)
        for rooms, expected in {
            "": 4,
            "support-1": 1,
            "support-*": 2,
            "*1": 2,
            "sales%1": 0,
            "s?les_1": 0,
        }.items():
            usage = await the_day(store, rooms)
            assert usage.sum(Measure.SESSIONS) == expected, rooms
            assert minutes(usage) == expected * 10, rooms

    in_store(database, work)


def test_hidden_participants_are_not_counted(database: str) -> None:
    async def work(store: Store) -> None:
        of = started("a", NOW - HOUR)
        observer = joined(of, "observer", NOW - HOUR, hidden=True)
        failed = joined(of, "x", NOW - HOUR, aborted=True)
        await add(store, {CONNECTIONS: [observer, failed]})
        await marked(store, NOW - HOUR)
        usage = await the_day(store)
        assert usage.sum(Measure.JOINS) == usage.sum(Measure.PEAK) == 0
        assert usage.sum(Measure.FAILED_JOINS) == 1

    in_store(database, work)


def test_what_was_not_watched_is_said(database: str) -> None:
    async def work(store: Store) -> None:
        assert [(g.since, g.until) for g in (await the_day(store)).gaps] == [
            (up_to(NOW, Range.DAY, UTC).since, NOW)
        ]
        watched = [(NOW - 72 * HOUR, NOW - 10 * HOUR), (NOW - 8 * HOUR, NOW - MINUTE)]
        rows = [{"began_at": began, "until_at": until} for began, until in watched]
        await add(store, {COVERAGE: rows})
        usage = await the_day(store)
        assert [(g.since, g.until) for g in usage.gaps] == [(NOW - 10 * HOUR, NOW - 8 * HOUR)]
        assert usage.earlier(Measure.SESSIONS) == 0  # the time before was watched

    in_store(database, work)


def test_days_are_those_of_the_zone() -> None:

    berlin = ZoneInfo("Europe/Berlin")
    period = between(date(2026, 10, 24), date(2026, 10, 26), NOW, berlin)
    assert (period.until - period.since) == 73 * HOUR  # the clocks went back
    assert [bound.astimezone(berlin).hour for bound in period.bounds][:5] == [0, 6, 12, 18, 0]
    assert len(period.bounds) == 13


def test_moments_of_the_api_are_hours() -> None:
    period = of_moments(NOW - 3 * HOUR - 5 * MINUTE, None, Range.DAY, NOW)
    assert (period.since, period.until) == (NOW.replace(hour=9, minute=0), NOW)
    period = of_moments(None, NOW - HOUR, Range.DAY, NOW)
    assert (period.since, period.until) == (NOW.replace(day=29, hour=11, minute=0), NOW - HOUR)
    period = of_moments(datetime(1, 1, 1, tzinfo=UTC), None, Range.DAY, NOW)
    assert period.until - period.since <= timedelta(days=401)
    assert period.by_days
    backwards = of_moments(NOW, NOW - HOUR, Range.DAY, NOW)
    assert backwards.since <= backwards.until == NOW - HOUR
    ahead = of_moments(datetime(9999, 1, 1, tzinfo=UTC), None, Range.DAY, NOW)
    assert ahead.since <= ahead.until == NOW
