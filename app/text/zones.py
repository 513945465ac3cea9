"""Time zones: the one in which absolute times are shown."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone by its name; `local` is the browser's own, which only the browser knows."""

    name: str
    tz: tzinfo = UTC

    @property
    def label(self) -> str:
        """The name in short, for the top bar: `Local`, `UTC`, `New York`."""
        return "Local" if self == LOCAL else self.name.rpartition("/")[2].replace("_", " ")


LOCAL = Zone("local")


@cache
def zone_names() -> tuple[str, ...]:
    """Return the names of all time zones that this system knows, UTC first."""
    return ("UTC", *sorted(available_timezones() - {"UTC", "localtime"}))


def zone_named(name: str) -> Zone | None:
    """Return the zone of this name, or None if the system doesn't know it."""
    if name == LOCAL.name:
        return LOCAL
    return Zone(name, ZoneInfo(name)) if name in zone_names() else None


def written(moment: datetime, zone: Zone = LOCAL) -> str:
    """Return a moment as `2026-11-29 13:37:26 UTC`; in UTC if the zone is the browser's own."""
    return f"{moment.astimezone(zone.tz):%Y-%m-%d %H:%M:%S %Z}"
