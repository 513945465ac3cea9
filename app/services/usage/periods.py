"""The time that usage is shown for, and the steps that its charts have."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST = timedelta(days=400)  # thirteen months


class Range(StrEnum):
    """A time up to now."""

    HOUR = "1h"
    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"
    QUARTER = "90d"
    YEAR = "13mo"


LENGTHS = {
    Range.HOUR: HOUR,
    Range.DAY: DAY,
    Range.WEEK: 7 * DAY,
    Range.MONTH: 30 * DAY,
    Range.QUARTER: 90 * DAY,
    Range.YEAR: 395 * DAY,
}
# How long a time may be for steps of this length, in hours; a day has as many as its zone says.
STEPS = (
    (2 * HOUR, timedelta(minutes=5)),
    (2 * DAY, HOUR),
    (15 * DAY, 6 * HOUR),
    (100 * DAY, DAY),
    (LONGEST, 7 * DAY),
)
HOURLY_UP_TO = 31 * DAY  # longer times are read by days, which begin at midnight UTC


@dataclass(frozen=True, slots=True)
class Period:
    """A time from `since` until `until`, with steps of `step`; days are those of `zone`.

    `until` is at most now. `by_days` says that whole days in UTC are read.
    """

    since: datetime
    until: datetime
    step: timedelta
    zone: tzinfo = UTC

    @property
    def by_days(self) -> bool:
        """Return whether the time is too long to read it by hours."""
        return self.until - self.since > HOURLY_UP_TO

    @property
    def before(self) -> "Period":
        """Return the time before, which is as long."""
        since = self.since - (self.until - self.since)
        return Period(since, self.since, self.step, self.zone)

    def label(self, start: datetime) -> str:
        """Return the start of a step in short, in the period's own zone."""
        if self.step <= HOUR:
            return f"{start.astimezone(self.zone):%H:%M}"
        return f"{start.astimezone(self.zone):{'%a %d' if self.step < DAY else '%b %d'}}"

    @property
    def bounds(self) -> list[datetime]:
        """Return where each step begins, and where the last one ends."""
        found = [self.since]
        while (following := self._after(found[-1])) < self.until:
            found.append(following)
        return [*found, self.until]

    def _after(self, moment: datetime) -> datetime:
        """Return where the next step begins: a whole number of steps after midnight."""
        if self.step <= HOUR:
            return EPOCH + ((moment - EPOCH) // self.step + 1) * self.step
        local = moment.astimezone(self.zone)
        if self.step >= DAY:
            return _midnight(local.date() + self.step, self.zone)
        hours = self.step // HOUR
        clock = datetime.combine(local.date(), time(local.hour // hours * hours)) + self.step
        return clock.replace(tzinfo=self.zone).astimezone(UTC)  # a day may have 23 or 25 hours


def up_to(now: datetime, length: Range, zone: tzinfo) -> Period:
    """Return the time that ends now; what is read by hours begins with a whole hour or day."""
    since = now - LENGTHS[length]
    step = _step(now - since)
    if step < HOUR:
        since = since.replace(minute=since.minute // 5 * 5, second=0, microsecond=0)
    elif step == HOUR:
        since = since.replace(minute=0, second=0, microsecond=0) + HOUR
    else:
        zone = _zone(now - since, zone)
        since = _midnight(since.astimezone(zone).date() + DAY, zone)
    return Period(since, now, step, zone)


def between(first: date, last: date, now: datetime, zone: tzinfo) -> Period:
    """Return the time from the first day to the end of the last one, but not beyond now.

    Raises ValueError with the reason if there is no such time, or it is too long.
    """
    if last < first:
        raise ValueError("The last day is before the first one.")
    if DAY * ((last - first).days + 1) > LONGEST:
        raise ValueError("At most thirteen months can be shown.")
    zone = _zone(DAY * ((last - first).days + 1), zone)
    since, until = _midnight(first, zone), min(_midnight(last + DAY, zone), now)
    if since >= until:
        raise ValueError("This time is yet to come.")
    return Period(since, until, _step(until - since), zone)


def of_moments(
    since: datetime | None, until: datetime | None, length: Range, now: datetime
) -> Period:
    """Return the time between two moments, in UTC: it begins with a whole hour, or a whole day.

    Without a first moment it is as long as `length`. It ends now at the latest, and is no longer
    than thirteen months: what is earlier is left out.
    """
    until = min(until or now, now)
    since = min(until, max(since or EPOCH, until - (LONGEST if since else LENGTHS[length])))
    since = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if until - since > HOURLY_UP_TO:
        since = since.replace(hour=0)
    return Period(since, until, _step(min(until - since, LONGEST)))


def _zone(length: timedelta, zone: tzinfo) -> tzinfo:
    return UTC if length > HOURLY_UP_TO else zone


def _step(length: timedelta) -> timedelta:
    return next(step for longest, step in STEPS if length <= longest)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
