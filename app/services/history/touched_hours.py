"""Which hours of usage a changed row belongs to, so that they are counted again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table

from app.store.schema import CONNECTIONS, EGRESS_JOBS, INGRESS_RUNS, SESSIONS, TRACKS

Row = dict[str, Any]
HOUR = timedelta(hours=1)
MOST = 24 * 40  # hours of one row
SPANS = {
    SESSIONS.name: ("started_at", "ended_at"),
    CONNECTIONS.name: ("joined_at", "left_at"),
    EGRESS_JOBS.name: ("started_at", "ended_at"),
    INGRESS_RUNS.name: ("started_at", "ended_at"),
    "calls": ("started_at", "ended_at"),
}
# Usage counts these in each hour that they last, and the others when they start and end.
LASTING = {CONNECTIONS.name, EGRESS_JOBS.name, INGRESS_RUNS.name}
# What only says when a row was last seen changes no figure.
UNCOUNTED = {
    "seen_at",
    "missing_since",
    "described_at",
    "described_by",
    "updated_at",
    "info",
    "name",
    "attributes",
}


def touched_hours(table: Table, old: Row | None, new: Row, now: datetime) -> set[datetime]:
    """Return the hours of usage in which a row counts otherwise than before."""
    if table is TRACKS:
        return set()
    first, last = SPANS[table.name]
    lasting = table.name in LASTING
    moments = {row[name] for row in (old, new) if row for name in (first, last)}
    if old is not None:
        changed = {name for name in new if old[name] != new[name]} - UNCOUNTED
        if table is SESSIONS:
            changed &= {first, last}
        if not changed:
            return set()
        if changed <= {last, f"{last.removesuffix('_at')}_inferred", "ended_after", "left_after"}:
            moments = {row[last] for row in (old, new)}
    known = {moment or now for moment in moments if moment or lasting}
    if lasting:
        return set(_hours(min(known), max(known)))
    return {_hour(moment) for moment in known}


def _hours(since: datetime, until: datetime) -> Iterator[datetime]:
    hour, last = _hour(since), min(until, since + MOST * HOUR)
    while hour <= last:
        yield hour
        hour += HOUR


def _hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
