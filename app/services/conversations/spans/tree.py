"""The trace as a tree that is folded where it would be too long to read.

At the top are spans without a parent, and those below the session: turns and stalls. A page has
some of them with all that is below them, of which it shows what fits, or what somebody opened.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.conversations.spans import skeleton
from app.services.conversations.spans.skeleton import Condition, TracedSpan
from app.services.history.lists.walking import Cursor

TOPS = 100  # spans at the top of one page
UNFOLDED = 250  # spans of a page on which nothing is folded
MOST_ROWS = 500  # of one page, whatever is opened
MOST_BELOW = 5_000  # spans below the top that one page reads
DEEPEST = 60  # levels that are read; what is below can be searched for


@dataclass(frozen=True, slots=True)
class Row:
    """A span of the tree; `below` and `failures` count all descendants that were read."""

    span: TracedSpan
    depth: int
    below: int = 0
    failures: int = 0
    is_open: bool = False
    is_orphan: bool = False  # its parent didn't arrive


@dataclass(frozen=True, slots=True)
class Tree:
    """A page of the tree. If it `is_cut`, not all of it was read, or not all of it is shown."""

    rows: Sequence[Row]
    next: Cursor | None
    searched: datetime | None
    is_folded: bool
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Folds:
    """What somebody opened and closed, otherwise than the page does it."""

    opened: Collection[str] = frozenset()
    closed: Collection[str] = frozenset()


@dataclass(slots=True)
class _Branch:
    span: TracedSpan
    depth: int
    is_orphan: bool = False
    children: list["_Branch"] = field(default_factory=list)
    below: int = 0
    failures: int = 0


async def tree(
    connection: AsyncConnection,
    job: str,
    beside: Sequence[TracedSpan],
    overlap: Sequence[Condition],
    folds: Folds,
    after: Cursor | None = None,
) -> Tree:
    """Return a page of the spans that match `overlap`. `beside` last as long as the job."""
    conditions = [*overlap, skeleton.at_top(beside)]
    listed = await skeleton.page(connection, job, conditions, TOPS, after)
    tops = _tops(listed.spans, beside)
    lasting = frozenset(span.span for span in beside)  # what is below them is at the top
    is_cut = await _read_below(connection, job, tops, lasting, overlap)
    for top in tops:
        _count(top)
    is_folded = len(tops) + sum(top.below for top in tops) > UNFOLDED
    rows = _rows(tops, folds, not is_folded)
    is_cut = is_cut or len(rows) > MOST_ROWS
    return Tree(rows[:MOST_ROWS], listed.next, listed.searched, is_folded, is_cut)


def _tops(spans: Sequence[TracedSpan], beside: Sequence[TracedSpan]) -> list[_Branch]:
    """Return the spans at the top, at their depth below those that last as long as the job."""
    depths: dict[str, int] = {}
    for span in beside:
        depths[span.span] = depths[span.parent] + 1 if span.parent in depths else 0
    tops = []
    for span in spans:
        depth = depths.get(span.span, depths.get(span.parent, -1) + 1)
        tops.append(_Branch(span, depth, bool(span.parent) and span.parent not in depths))
    return tops


async def _read_below(
    connection: AsyncConnection,
    job: str,
    tops: Sequence[_Branch],
    lasting: Collection[str],
    conditions: Sequence[Condition],
) -> bool:
    """Read what is below branches but `lasting`, by levels; return whether there is more."""
    level = {top.span.span: top for top in tops if top.span.span not in lasting}
    left = MOST_BELOW
    for _ in range(DEEPEST):
        if not level:
            return False
        parents = [branch.span for branch in level.values()]
        found = await skeleton.below(connection, job, parents, conditions, left)
        deeper = {}
        for span in found:
            above = level[span.parent]
            branch = _Branch(span, above.depth + 1)
            above.children.append(branch)
            if span.span not in lasting:
                deeper[span.span] = branch
        left -= len(found)
        if left <= 0:
            return True
        level = deeper
    return bool(level)


def _count(top: _Branch) -> None:
    """Count what is below each branch, without recursion."""
    waiting = [top]
    ordered = []
    while waiting:
        branch = waiting.pop()
        ordered.append(branch)
        waiting.extend(branch.children)
    for branch in reversed(ordered):
        for child in branch.children:
            branch.below += 1 + child.below
            branch.failures += child.failures + child.span.failed


def _rows(tops: Sequence[_Branch], folds: Folds, unfolded: bool) -> list[Row]:
    """Return the rows of branches and of what is open below them, in the order of the tree."""
    rows: list[Row] = []
    waiting = [(top, unfolded) for top in reversed(tops)]
    while waiting and len(rows) <= MOST_ROWS:
        branch, open_by_default = waiting.pop()
        span = branch.span
        is_open = span.span not in folds.closed if open_by_default else span.span in folds.opened
        is_open = is_open and bool(branch.children)
        rows.append(
            Row(span, branch.depth, branch.below, branch.failures, is_open, branch.is_orphan)
        )
        if is_open:
            waiting += [(child, True) for child in reversed(branch.children)]
    return rows
