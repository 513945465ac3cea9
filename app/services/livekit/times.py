"""LiveKit's times and durations as datetimes and timedeltas; None for unset ones."""

from datetime import UTC, datetime, timedelta

from livekit.protocol import models

NEVER = 253_402_300_800  # the year 10000, which no datetime can hold


def from_nanoseconds(since_1970: int) -> datetime | None:
    """Return a time of egress, ingress and agent jobs."""
    return datetime.fromtimestamp(since_1970 / 1e9, UTC) if since_1970 else None


def from_seconds(since_1970: int) -> datetime | None:
    """Return a time of trunks, rules and webhooks; None also for years that datetime lacks."""
    return datetime.fromtimestamp(since_1970, UTC) if 0 < since_1970 < NEVER else None


def joined_ms(who: models.ParticipantInfo) -> int:
    """Return when a participant joined, in ms since 1970; an older server reports seconds."""
    return who.joined_at_ms or who.joined_at * 1000


def joined(who: models.ParticipantInfo) -> datetime | None:
    """Return when a participant joined."""
    milliseconds = joined_ms(who)
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None


def span(nanoseconds: int) -> timedelta | None:
    """Return a duration of egress."""
    return timedelta(microseconds=nanoseconds // 1000) if nanoseconds else None
