"""The filters of the list as conditions: those that an index has in the order of the list, and
those that few conversations match.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, literal_column, select

from app.services.audit.writing import storable
from app.services.conversations.lists.wanted import LONGER, MICROSECOND, SLOWER, Wanted
from app.services.history.lists.walking import apart
from app.store.dialects import Dialect
from app.store.schema import CONVERSATION_TAGS, CONVERSATION_USAGE, CONVERSATIONS

ROWS = CONVERSATIONS.c
# parameters would keep SQLite from using indexes of some rows only
ZERO: ColumnElement[int] = literal_column("0")
NOTHING: ColumnElement[str] = literal_column("''")
FEWEST = {  # of names that few conversations have
    "dispatch": ROWS.dispatch,
    "call": ROWS.call,
    "session": ROWS.room_sid,
    "caller": ROWS.caller,
    "room": ROWS.room,
}
FLAGS = {
    "errors": ROWS.errors,
    "tool_failures": ROWS.tool_failures,
    "interrupted": ROWS.interruptions,
}
OTHERS = {"outcome": ROWS.outcome, "version": ROWS.version, "agent": ROWS.agent}
PARTIAL = {"dispatch", "call", "outcome", "version"}  # their indexes leave out empty texts
PATTERNS = {"agent": ROWS.agent, "room": ROWS.room}  # in which `*` stands for anything
LISTED: dict[str, Any] = {"tag": CONVERSATION_TAGS, "model": CONVERSATION_USAGE}
SPANS: dict[str, tuple[Any, Any]] = {
    "longer": (ROWS.duration, LONGER),
    "slower": (ROWS.response_p95, SLOWER),
}

Conditions = list[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: the condition for an index, and the same one that no index knows.

    `keys` select the moment and job of all that match, if an index knows them in another order, and
    `counts` at least as many rows, without reading them.
    """

    beside: ColumnElement[bool]
    along: tuple[ColumnElement[bool], ...] = ()
    keys: Select[Any] | None = None
    counts: Select[Any] | None = None

    @property
    def counted(self) -> Select[Any] | None:
        """What tells how many match."""
        return self.keys if self.counts is None else self.counts


def in_order(wanted: Wanted) -> Iterator[Filter]:
    """Yield the filters with an index in the order of time, those of fewer rows first."""
    yield from _exact(wanted, FEWEST)
    if wanted.running:
        yield Filter(apart(ROWS.ended_at).is_(None), (ROWS.ended_at.is_(None),))
    for name, column in FLAGS.items():
        if getattr(wanted, name):
            yield Filter(apart(column) > ZERO, (column > ZERO,))
    yield from _exact(wanted, OTHERS)


def with_keys(wanted: Wanted, dialect: Dialect, at: ColumnElement[Any]) -> Iterator[Filter]:
    """Yield the filters that another index has: its rows are sorted by `at` if they are few."""
    keys = select(at, ROWS.job).where(ROWS.server == wanted.server)
    for name, table in LISTED.items():
        if text := storable(getattr(wanted, name)):
            own = table.c
            mine = [own.server == wanted.server, own[name] == text]
            jobs = select(own.job).where(*mine)
            is_mine = exists().where(
                own.server == ROWS.server, own.job == ROWS.job, own[name] == text
            )
            yield Filter(is_mine, keys=keys.where(ROWS.job.in_(jobs)), counts=jobs)
    for name, (column, spans) in SPANS.items():
        if span := spans.get(getattr(wanted, name)):
            least = span // MICROSECOND
            yield Filter(apart(column) >= least, keys=keys.where(column >= least))
    for name, column in PATTERNS.items():
        text = storable(getattr(wanted, name))
        if "*" in text:
            start = text.partition("*")[0]
            known = keys.where(dialect.begins(column, start)) if start else None
            yield Filter(dialect.matches(apart(column, "''"), text), keys=known)


def _exact(wanted: Wanted, columns: dict[str, Any]) -> Iterator[Filter]:
    for name, column in columns.items():
        text = storable(getattr(wanted, name))
        if text and not (name in PATTERNS and "*" in text):
            known = (column == text, *([column != NOTHING] if name in PARTIAL else []))
            yield Filter(apart(column, "''") == text, known)
