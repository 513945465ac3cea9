"""The skeleton of a trace: spans by their place in the tree, and in time.

A span belongs to its parent only if the parent began before it. So spans that name each other as
parents make no circle, and each span has one place. One whose parent never came is at the top.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    and_,
    bindparam,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.errors import NotFound
from app.services.conversations.spans.kinds import SpanKind, kind_of
from app.services.history.lists.walking import EPOCH, Cursor, Place, Walk, walked
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import CONVERSATION_SPANS
from app.store.schema.metadata import Moment

WALKED = 50_000  # spans that one page looks at
FIRST = 100  # spans, among which are those that last as long as the job
TOGETHER = 2_000  # parents of one query
MOST_ABOVE = 50  # ancestors of a span that are looked up

Condition = ColumnElement[bool]
SPANS = CONVERSATION_SPANS.c
COLUMNS = (
    SPANS.span,
    SPANS.parent,
    SPANS.name,
    SPANS.label,
    SPANS.started_at,
    SPANS.duration,
    SPANS.failed,
    SPANS.batch,
)


@dataclass(frozen=True, slots=True)
class TracedSpan:
    """A span of a trace, without its attributes; the duration is in microseconds."""

    span: str
    parent: str
    name: str
    label: str
    started_at: datetime
    duration: int
    failed: bool
    batch: str

    @property
    def kind(self) -> SpanKind:
        """What it is a part of."""
        return kind_of(self.name)

    @property
    def lasted(self) -> timedelta:
        """How long it took."""
        return timedelta(microseconds=self.duration)

    @property
    def ended_at(self) -> datetime:
        """When it ended; no moment is later than a datetime can hold."""
        try:
            return self.started_at + self.lasted
        except OverflowError:
            return datetime.max.replace(tzinfo=self.started_at.tzinfo)

    @property
    def order(self) -> tuple[datetime, int, str]:
        """What sorts a parent before its children."""
        return self.started_at, -self.duration, self.span


@dataclass(frozen=True, slots=True)
class Listed:
    """Spans in the order of time, and the cursor that continues them; None at the end.

    `searched` is the moment at which the search stopped for now, if spans beyond it may match.
    """

    spans: Sequence[TracedSpan]
    next: Cursor | None = None
    searched: datetime | None = None


def of_job(job: str) -> list[Condition]:
    """Return the conditions of a conversation's spans."""
    return [SPANS.server == DEFAULT_SERVER, SPANS.job == job]


def within(since: datetime, until: datetime) -> list[Condition]:
    """Return the conditions of spans that overlap a part of the time."""
    ended_at = type_coerce(type_coerce(SPANS.started_at, BigInteger) + SPANS.duration, Moment)
    return [SPANS.started_at < until, ended_at >= since]


async def page(
    connection: AsyncConnection,
    job: str,
    conditions: Sequence[Condition],
    size: int,
    after: Cursor | None = None,
) -> Listed:
    """Return the spans that match, in the order of time, from a cursor on."""
    walk = Walk(COLUMNS, SPANS.started_at, SPANS.span, of_job(job), conditions, most=WALKED)
    found = await walked(connection, walk, Place(size, after=after or Cursor(EPOCH, "")))
    spans = [TracedSpan(*row) for row in reversed(found.rows)]
    return Listed(spans, found.newer, found.searched)


async def first(connection: AsyncConnection, job: str) -> list[TracedSpan]:
    """Return the first spans, among which are those that last as long as the job."""
    query = select(*COLUMNS).where(*of_job(job)).order_by(SPANS.started_at, SPANS.span).limit(FIRST)
    return [TracedSpan(*row) for row in await connection.execute(query)]


def written(identifiers: Sequence[str]) -> BindParameter[Sequence[str]]:
    """Return IDs as values of the statement's text: PostgreSQL hashes these, and not parameters."""
    return bindparam("identifiers", identifiers, expanding=True, literal_execute=True)


def at_top(beside: Sequence[TracedSpan]) -> Condition:
    """Return the condition of spans without a parent, and of those below one of `beside`.

    A parent is looked up as the first span from its ID on. Only the index of IDs has this order, so
    PostgreSQL takes it also before it has counted what a job has, and thinks that it is one span.
    """
    above = CONVERSATION_SPANS.alias("above")
    began, lasted = above.c.started_at, above.c.duration
    longer = or_(lasted > SPANS.duration, and_(lasted == SPANS.duration, above.c.span < SPANS.span))
    before = or_(began < SPANS.started_at, and_(began == SPANS.started_at, longer))
    first_from = select(and_(above.c.span == SPANS.parent, before)).where(
        above.c.server == SPANS.server,
        above.c.job == SPANS.job,
        above.c.span >= SPANS.parent,
    )
    known = first_from.order_by(above.c.span).limit(1).correlate(CONVERSATION_SPANS)
    missing = known.scalar_subquery().is_not(true())
    return or_(SPANS.parent.in_([span.span for span in beside]), missing) if beside else missing


async def below(
    connection: AsyncConnection,
    job: str,
    parents: Collection[TracedSpan],
    conditions: Sequence[Condition],
    most: int,
) -> list[TracedSpan]:
    """Return the children of spans that match, at most so many, in the order of time."""
    known = {span.span: span for span in parents}
    identifiers = list(known)
    found: list[TracedSpan] = []
    for start in range(0, len(identifiers), TOGETHER):
        some = SPANS.parent.in_(written(identifiers[start : start + TOGETHER]))
        query = select(*COLUMNS).where(*of_job(job), some, *conditions)
        query = query.order_by(SPANS.started_at, SPANS.span).limit(most - len(found))
        rows = [TracedSpan(*row) for row in await connection.execute(query)]
        found += [span for span in rows if known[span.parent].order < span.order]
        if len(found) >= most:
            break
    return sorted(found, key=lambda span: span.order)


async def get(connection: AsyncConnection, job: str, span: str) -> TracedSpan:
    """Return a span. Raises NotFound."""
    found = await one(connection, job, span)
    if found is None:
        raise NotFound("This conversation has no such span, or it has not arrived yet.")
    return found


async def above(connection: AsyncConnection, job: str, span: TracedSpan) -> list[TracedSpan]:
    """Return the ancestors of a span, the farthest first, at most so many."""
    found: list[TracedSpan] = []
    child = span
    while child.parent and len(found) < MOST_ABOVE:
        parent = await one(connection, job, child.parent)
        if parent is None or not parent.order < child.order:
            break
        found.append(parent)
        child = parent
    return found[::-1]


async def one(connection: AsyncConnection, job: str, span: str) -> TracedSpan | None:
    """Return a span, or None: it is looked up as `at_top` does it."""
    query = select(*COLUMNS).where(*of_job(job), SPANS.span >= span)
    row = (await connection.execute(query.order_by(SPANS.span).limit(1))).first()
    return TracedSpan(*row) if row and row.span == span else None
