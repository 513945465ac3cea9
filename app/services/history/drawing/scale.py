"""The part of a session's time that is drawn, and parts to zoom to."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.services.history.sessions import Session

TICKS = 7
LENGTHS = tuple(timedelta(minutes=minutes) for minutes in (360, 60, 30, 10, 1))
SHORTEST = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a session's time."""

    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.until - self.since


@dataclass(frozen=True, slots=True)
class Scale:
    """The part of the time of a session, or of a conversation, that is drawn."""

    whole: Window
    window: Window
    shortest: timedelta = SHORTEST  # part to zoom to

    @property
    def zoomed(self) -> bool:
        """Return whether only a part is drawn."""
        return self.window != self.whole

    @property
    def ticks(self) -> list[datetime]:
        """Moments at equal distances, both ends included."""
        step = self.window.length / (TICKS - 1)
        return [self.window.since + step * number for number in range(TICKS)]

    def x(self, moment: datetime) -> float:
        """Return where a moment is, in percent; beyond the ends it is less than 0 or over 100."""
        # + 0.0, because a moment just before the beginning would be at -0.0
        return round((moment - self.window.since) / self.window.length * 100, 3) + 0.0

    def around(self, length: timedelta) -> Window:
        """Return a part of this length with the same middle, as far as there is time."""
        length = max(min(length, self.whole.length), self.shortest)
        middle = self.window.since + self.window.length / 2
        since = max(middle - length / 2, self.whole.since)
        since = max(min(since, self.whole.until - length), self.whole.since)
        return Window(since, since + length)

    def beside(self, parts: float) -> Window | None:
        """Return the part that is so many lengths away; None beyond the end."""
        since = self.window.since + self.window.length * parts
        since = max(min(since, self.whole.until - self.window.length), self.whole.since)
        moved = Window(since, since + self.window.length)
        return moved if self.zoomed and moved != self.window else None

    @property
    def lengths(self) -> list[tuple[timedelta, Window]]:
        """Parts to zoom to, with their lengths: those shorter than the session."""
        return [(each, self.around(each)) for each in LENGTHS if each < self.whole.length]


def scale(session: Session, now: datetime, start: int | None, end: int | None) -> Scale:
    """Return what to draw: `start` and `end` are in milliseconds since 1970, or all of it."""
    until = max(session.ended_at or now, session.started_at + timedelta(seconds=1))
    whole = Window(session.started_at, until)
    since = max(_moment(start) if start is not None else whole.since, whole.since)
    until = min(_moment(end) if end is not None else whole.until, whole.until)
    if until - since < timedelta(seconds=1):
        return Scale(whole, whole)
    return Scale(whole, Window(since, until))


def milliseconds(moment: datetime) -> int:
    """Return a moment as an address has it."""
    return round(moment.timestamp() * 1000)


def _moment(number: int) -> datetime:
    return datetime.fromtimestamp(number / 1000, UTC)
