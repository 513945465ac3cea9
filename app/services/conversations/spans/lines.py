"""Lines of an agent's log, in the order of time: what else they say is in their raw batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.errors import NotFound
from app.services.conversations.states import Severity
from app.services.history.lists.walking import EPOCH, Cursor, Place, Walk, walked
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import CONVERSATION_LOGS
from app.store.store import Store

SIZE = 100  # lines of one page
WALKED = 50_000  # lines that one page looks at
MOST_LOGGERS = 50
SHOWN = 2_000  # characters of a message in the list
LINES = CONVERSATION_LOGS.c
COLUMNS = (LINES.line, LINES.at, LINES.severity, LINES.logger, LINES.message, LINES.batch)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a log; `severity` is OpenTelemetry's number."""

    line: str
    at: datetime
    severity: int
    logger: str
    message: str
    batch: str

    @property
    def level(self) -> Severity:
        """Its level; UNSPECIFIED for a number that no level has."""
        return level_of(self.severity)

    @property
    def shown(self) -> str:
        """The message as a list shows it."""
        return self.message[:SHOWN]

    @property
    def left_out(self) -> int:
        """How many characters of the message a list leaves out."""
        return max(0, len(self.message) - SHOWN)


@dataclass(frozen=True, slots=True)
class WantedLines:
    """Which lines somebody wants to see: those from a level on, of one logger, with a text."""

    level: Severity | None = None
    logger: str = ""
    q: str = ""
    after: Cursor | None = None


@dataclass(frozen=True, slots=True)
class Lines:
    """A page of a log, the loggers there are, and how many lines have which level.

    `searched` is the moment at which the search stopped for now, if lines beyond it may match.
    """

    lines: Sequence[Line]
    next: Cursor | None
    searched: datetime | None
    loggers: Sequence[str]
    levels: Mapping[Severity, int]


def level_of(severity: int) -> Severity:
    """Return the level of one of OpenTelemetry's numbers."""
    if not 0 < severity <= Severity.FATAL + 3:
        return Severity.UNSPECIFIED
    return max(level for level in Severity if level <= severity)


async def lines(store: Store, job: str, wanted: WantedLines) -> Lines:
    """Return a page of a conversation's log. Raises StoreError."""
    mine = [LINES.server == DEFAULT_SERVER, LINES.job == job]
    conditions = []
    if wanted.level is not None:
        conditions.append(LINES.severity >= wanted.level)
    if wanted.logger:
        conditions.append(LINES.logger == wanted.logger)
    if wanted.q:
        conditions.append(LINES.message.icontains(wanted.q, autoescape=True))
    walk = Walk(COLUMNS, LINES.at, LINES.line, mine, conditions, most=WALKED)
    place = Place(SIZE, after=wanted.after or Cursor(EPOCH, ""))
    some = select(LINES.severity, LINES.logger).where(*mine).limit(WALKED).subquery().c
    kinds = select(some.severity, some.logger, func.count()).group_by(some.severity, some.logger)
    async with store.read() as connection:
        found = await walked(connection, walk, place)
        counted = (await connection.execute(kinds)).all()
    levels: dict[Severity, int] = {}
    for severity, _, number in counted:
        level = level_of(severity)
        levels[level] = levels.get(level, 0) + number
    return Lines(
        lines=[Line(*row) for row in reversed(found.rows)],
        next=found.newer,
        searched=found.searched,
        loggers=sorted({logger for _, logger, _ in counted})[:MOST_LOGGERS],
        levels=levels,
    )


async def get(store: Store, job: str, line: str) -> Line:
    """Return a line. Raises NotFound, StoreError."""
    query = select(*COLUMNS).where(
        LINES.server == DEFAULT_SERVER, LINES.job == job, LINES.line == line
    )
    async with store.read() as connection:
        row = (await connection.execute(query)).first()
    if row is None:
        raise NotFound("This conversation has no such line, or it has not arrived yet.")
    return Line(*row)
