"""Ranges of time: relative ones, and days of the visitor's time zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Literal

from app.text.zones import Zone

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

Span = Literal["", "1h", "24h", "7d", "30d", "90d"]
SPANS = {
    "1h": timedelta(hours=1),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "90d": timedelta(days=90),
}


@dataclass(frozen=True, slots=True)
class Range:
    """From one moment until before another; None has no limit."""

    since: datetime | None = None
    until: datetime | None = None


ALWAYS = Range()


def in_range(at: "ColumnElement[Any]", limits: Range) -> "list[ColumnElement[bool]]":
    """Return the conditions by which a moment is in a range."""
    found = [at >= limits.since] if limits.since else []
    return found + ([at < limits.until] if limits.until else [])


def between(span: Span, since: date | None, until: date | None, zone: Zone, now: datetime) -> Range:
    """Return a range: its days are whole and in the zone, and come before a span.

    In a zone that only the browser knows, days are those of UTC.
    """
    if since is None and until is None:
        return Range(now - SPANS[span] if span else None)
    return Range(
        _start(since, zone) if since else None,
        _start(until + timedelta(days=1), zone) if until and until < date.max else None,
    )


def _start(day: date, zone: Zone) -> datetime:
    return datetime.combine(day, time(), zone.tz).astimezone(UTC)
