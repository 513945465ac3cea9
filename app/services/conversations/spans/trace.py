"""One page of a conversation's trace: its waterfall, or a list of the spans that match."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.conversations.spans import skeleton
from app.services.conversations.spans.drawing import trace_scale
from app.services.conversations.spans.kinds import CONTAINERS
from app.services.conversations.spans.searching import Counted, Only, counted, named, only
from app.services.conversations.spans.skeleton import TracedSpan
from app.services.conversations.spans.tree import TOPS, Folds, Row, Tree, tree
from app.services.history.drawing.scale import Scale, Window
from app.services.history.lists.walking import Cursor
from app.store.store import Store

BESIDE = timedelta(days=1)  # farther from a conversation is a clock that is wrong


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a trace somebody wants to see; `start` and `end` are milliseconds since 1970."""

    start: int | None = None
    end: int | None = None
    q: str = ""
    only: Only | None = None
    folds: Folds = field(default_factory=Folds)
    after: Cursor | None = None
    span: str = ""

    @property
    def is_flat(self) -> bool:
        """Return whether spans are listed without their tree."""
        return bool(self.q or self.only)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A span that somebody opened, and its ancestors, the farthest first."""

    span: TracedSpan
    above: Sequence[TracedSpan]

    @property
    def turn(self) -> TracedSpan:
        """What to zoom to: the span at the top that it is a part of."""
        below = [span for span in (*self.above, self.span) if span.name not in CONTAINERS]
        return below[0] if below else self.span


@dataclass(frozen=True, slots=True)
class Trace:
    """A page of a trace."""

    scale: Scale
    page: Tree
    counted: Counted
    chosen: Chosen | None


async def trace(store: Store, job: str, began: datetime, ended: datetime, wanted: Wanted) -> Trace:
    """Return a page of the trace of a conversation that lasted from `began` to `ended`.

    Raises StoreError.
    """
    async with store.read() as connection:
        first = await skeleton.first(connection, job)
        beside = [span for span in first if span.name in CONTAINERS]
        scale = trace_scale(_whole(began, ended, first, beside), wanted.start, wanted.end)
        window = scale.window
        overlap = skeleton.within(window.since, window.until) if scale.zoomed else []
        if wanted.is_flat:
            page = await _flat(connection, job, wanted, overlap)
        else:
            page = await tree(connection, job, beside, overlap, wanted.folds, wanted.after)
        numbers = await counted(connection, job)
        opened = await _chosen(connection, job, wanted.span) if wanted.span else None
    return Trace(scale, page, numbers, opened)


async def chosen(store: Store, job: str, span: str) -> Chosen:
    """Return a span with its ancestors. Raises NotFound, StoreError."""
    async with store.read() as connection:
        found = await skeleton.get(connection, job, span)
        return Chosen(found, await skeleton.above(connection, job, found))


async def _chosen(connection: AsyncConnection, job: str, span: str) -> Chosen | None:
    found = await skeleton.one(connection, job, span)
    return Chosen(found, await skeleton.above(connection, job, found)) if found else None


async def _flat(
    connection: AsyncConnection,
    job: str,
    wanted: Wanted,
    overlap: Sequence[skeleton.Condition],
) -> Tree:
    conditions = [*overlap, *(only(wanted.only) if wanted.only else ())]
    if wanted.q:
        conditions.append(named(wanted.q))
    listed = await skeleton.page(connection, job, conditions, TOPS, wanted.after)
    rows = [Row(span, 0) for span in listed.spans]
    return Tree(rows, listed.next, listed.searched, is_folded=False, is_cut=False)


def _whole(
    began: datetime,
    ended: datetime,
    first: Sequence[TracedSpan],
    beside: Sequence[TracedSpan],
) -> Window:
    """Return the time that the trace takes: the job begins before its session, and ends later."""
    since = max(min([began, *(span.started_at for span in first[:1])]), began - BESIDE)
    ended = max(ended, since + timedelta(seconds=1))
    until = max([ended, *(span.ended_at for span in beside)])
    return Window(since, min(until, ended + BESIDE))
