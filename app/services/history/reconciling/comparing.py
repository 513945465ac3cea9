"""What a round of the reconciler works with: its lists, its transaction, and what it repaired."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select

from app.services.history.reconciling.lists import Listed
from app.services.history.rows import Key, Row, Rows, key_of, save

# What happened since the lists began may be missing from them; LiveKit dates in whole seconds.
FRESH = timedelta(seconds=2)


@dataclass(slots=True)
class Comparison:
    """One round, inside its transaction; `touched` are the sessions to count again.

    `last_round` is when the round before had its lists.
    """

    connection: Connection
    server: str
    listed: Listed
    last_round: datetime | None = None
    repaired: Counter[str] = field(default_factory=Counter)
    touched: set[Key] = field(default_factory=set)

    @property
    def now(self) -> datetime:
        """The moment of the lists."""
        return self.listed.ended

    def open_rows(self, table: Table, end: str, *conditions: ColumnElement[bool]) -> Rows:
        """Return the rows of the server that have no end, those that meet conditions."""
        mine = select(table).where(table.c.server == self.server, table.c[end].is_(None))
        rows = map(dict, self.connection.execute(mine.where(*conditions)).mappings())
        return {key_of(table, row): row for row in rows}

    def save(self, table: Table, before: Rows, after: Rows) -> list[Row]:
        """Write the rows that differ, and return them."""
        save(self.connection, table, before, after)
        changed = [row for key, row in after.items() if before.get(key) != row]
        self.touched |= {(self.server, row["room_sid"]) for row in changed if "room_sid" in row}
        return changed

    def fresh(self, row: Row) -> bool:
        """Return True if something was reported about a row too late for the lists to have it."""
        return bool(row["seen_at"] > self.listed.began - FRESH)


def missing(comparison: Comparison, row: Row, closed: Callable[[Row], Row]) -> Row:
    """Return a row that is in no list: marked the first time, closed the second."""
    if row["missing_since"] is None:
        return row | {"missing_since": comparison.now}
    return closed(row)


def ended(row: Row, name: str, at: datetime, after: datetime | None, **more: Any) -> Row:
    """Return a row that ended between two moments, which nobody reported."""
    began = next(row[first] for first in ("started_at", "joined_at") if first in row)
    return row | {
        f"{name}_at": max(at, began),
        f"{name}_inferred": True,
        f"{name}_after": min(max(after or began, began), max(at, began)),
        "missing_since": None,
        **more,
    }


def opened_again(row: Row, name: str, reason: str) -> Row:
    """Return a row that is listed although it was taken for ended."""
    end = {f"{name}_at": None, f"{name}_inferred": False, f"{name}_after": None}
    return row | end | {reason: "", "missing_since": None}
