"""Searching words in what was said: FTS5 in SQLite, a GIN index of tsvector in PostgreSQL.

Words are quoted, so that none of them is a part of either's query language. All of them have to be
in a row; the last one may be the beginning of a word, if it has enough characters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, column, func, literal_column, select, table

FTS5 = table("conversation_words", column("rowid"))  # made by a migration
BACKSLASH = "\\"
# Fewer characters are the beginning of too many words: FTS5 adds up the rows of all of them.
BEGINNING = 4


@dataclass(frozen=True, slots=True)
class Among:
    """The only items to search, by their jobs: a query of their IDs, and the ends of these."""

    jobs: Sequence[str]
    ids: Select[Any]
    first: int
    last: int


def by_fts5(
    items: Table, query: Select[Any], words: Sequence[str], among: Among | None = None
) -> Select[Any]:
    """Return a query of the items with these words, which come one by one (sqlite.org/fts5.html).

    With `among`, FTS5 reads only the rows between the first and the last.
    """
    quoted = ['"' + word.replace('"', '""') + '"' for word in words]
    is_match = literal_column(FTS5.name).op("MATCH", is_comparison=True)(
        " ".join(quoted) + _star(words, "*")
    )
    query = query.select_from(FTS5.join(items, items.c.id == FTS5.c.rowid)).where(is_match)
    if among is None:
        return query
    rowid = FTS5.c.rowid
    is_one = (rowid + literal_column("0")).in_(
        among.ids
    )  # after the search, before the row is read
    return query.where(rowid.between(among.first, among.last), is_one)


def by_gin(
    items: Table, query: Select[Any], words: Sequence[str], among: Among | None = None
) -> Select[Any]:
    """Return a query of the items with these words, as `by_fts5`.

    It reads the index also if only the first rows are fetched: a planner that knows of such a limit
    may rather read all rows, and parse their texts.
    """
    quoted = [f"'{_escaped(word)}'" for word in words]
    simple: ColumnElement[str] = literal_column("'simple'")
    start = func.left(items.c.text, literal_column("100000"))  # as in the index
    wanted = func.to_tsquery(simple, " & ".join(quoted) + _star(words, ":*"))
    is_match = func.to_tsvector(simple, start).op("@@", is_comparison=True)(wanted)
    query = query.where(is_match)
    query = query.where(items.c.job.in_(among.jobs)) if among else query
    return select(query.cte("matching").prefix_with("MATERIALIZED"))


def _escaped(word: str) -> str:
    return word.replace(BACKSLASH, BACKSLASH * 2).replace("'", "''")


def _star(words: Sequence[str], sign: str) -> str:
    return sign if len(words[-1]) >= BEGINNING else ""
