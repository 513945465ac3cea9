"""The filters of the list by what is inside of conversations: tools, kinds of errors, slow stages.

If few rows of an index match, their conversations are sorted. Otherwise each conversation is
checked by a scalar query: PostgreSQL may turn an EXISTS into a join, which reads what all have.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, literal_column, select

from app.services.audit.writing import storable
from app.services.conversations.lists.filters import NOTHING, ROWS, ZERO, Conditions, Filter
from app.services.conversations.lists.wanted import MICROSECOND, Wanted
from app.services.conversations.states import ItemKind
from app.store.schema import CONVERSATION_ERRORS, CONVERSATION_ITEMS, CONVERSATIONS

ITEMS = CONVERSATION_ITEMS.c
ERRORS = CONVERSATION_ERRORS.c
STAGED = 500  # conversations whose messages one page reads: no index has the delays of stages


def inside(wanted: Wanted, at: ColumnElement[Any]) -> Iterator[Filter]:
    """Yield the filters; what an index has is sorted by `at` if few rows match."""
    keys = select(at, ROWS.job).where(ROWS.server == wanted.server)
    for table, conditions in _indexed(wanted):
        jobs = select(table.c.job).where(table.c.server == wanted.server, *conditions)
        known = keys.where(ROWS.job.in_(jobs))
        yield Filter(_has(table, conditions), keys=known, counts=jobs)
    if wanted.stage:
        slow = ITEMS[wanted.stage] >= wanted.delay // MICROSECOND
        yield Filter(_has(CONVERSATION_ITEMS, [slow]))


def _indexed(wanted: Wanted) -> Iterator[tuple[Table, Conditions]]:
    if tool := storable(wanted.tool):
        failed = wanted.tool_failures
        kind = ItemKind.FUNCTION_CALL_OUTPUT if failed else ItemKind.FUNCTION_CALL
        own: Conditions = [ITEMS.name == tool, ITEMS.name != NOTHING, ITEMS.kind == kind]
        # the index has it before the job
        own.append(ITEMS.failed.in_([True] if failed else [False, True]))
        yield CONVERSATION_ITEMS, own
    if kind_of_error := storable(wanted.error):
        yield CONVERSATION_ERRORS, [ERRORS.kind == kind_of_error, ERRORS.times > ZERO]


def _has(table: Table, conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Return the condition of conversations of which a table has such a row."""
    mine = table.c.server == ROWS.server, table.c.job == ROWS.job
    found: Select[Any] = select(literal_column("1")).select_from(table).where(*mine, *conditions)
    return found.limit(1).correlate(CONVERSATIONS).scalar_subquery().is_not(None)
