"""Lists: filter, sort and page of any list, with all of its state in the address."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query

from app.errors import DashboardError

Item = TypeVar("Item")
Row = TypeVar("Row")

SIZES = (25, 50, 100, 200)
DEFAULT_SIZE = 50


class BadQuery(DashboardError):
    """The address asks for something a list cannot give."""

    status = 422
    title = "The address has a wrong value"
    advice = "Correct the address, or start again from the list."


@dataclass(frozen=True, slots=True)
class Ask:
    """What the address says of the list: the text to find, the order, the page, its size."""

    q: str = ""
    sort: str = ""
    page: int = 1
    per_page: int = DEFAULT_SIZE


async def asked(
    q: Annotated[str, Query(max_length=1000)] = "",
    sort: Annotated[str, Query(max_length=40)] = "",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=200)] = DEFAULT_SIZE,
) -> Ask:
    """Read the list's state from the query."""
    return Ask(q, sort, page, per_page)


AskDep = Annotated[Ask, Depends(asked)]


@dataclass(frozen=True, slots=True)
class Table(Generic[Row]):
    """One page of a list: its rows, and the figures and addresses around them."""

    rows: Sequence[Row]
    ask: Ask
    sort: str
    page: int
    matched: int
    total: int
    filters: Mapping[str, str]
    path: str

    @property
    def pages(self) -> int:
        """How many pages the matching rows fill; one at least."""
        return max(1, -(-self.matched // self.ask.per_page))

    @property
    def first(self) -> int:
        """The number of the first row shown, from 1; 0 where there is none."""
        return (self.page - 1) * self.ask.per_page + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return self.first + len(self.rows) - 1 if self.rows else 0

    @property
    def filtered(self) -> bool:
        """Whether anything but everything is asked for."""
        return bool(self.ask.q or any(self.filters.values()))

    def url(self, path: str = "", **changes: Any) -> str:
        """Give the list's address with some of its state changed; what is default is left out."""
        state = {"q": self.ask.q, **self.filters, "sort": self.ask.sort} | {
            "page": self.page,
            "per_page": self.ask.per_page,
        }
        defaults: dict[str, Any] = {"page": 1, "per_page": DEFAULT_SIZE}
        state |= changes
        query = urlencode({k: v for k, v in state.items() if v and v != defaults.get(k)})
        return (path or self.path) + (f"?{query}" if query else "")

    def sort_url(self, column: str, first: str = "") -> str:
        """Give the address that sorts by `column`; a second click turns the order around."""
        turned = {column: f"-{column}", f"-{column}": column}.get(self.sort, first or column)
        return self.url(sort=turned, page=1)

    def order(self, column: str) -> str:
        """Give `ascending`, `descending` or `none`, as aria-sort wants it."""
        return {column: "ascending", f"-{column}": "descending"}.get(self.sort, "none")


@dataclass(frozen=True, slots=True)
class Columns(Generic[Item]):
    """The columns a list sorts by: the one it begins with, and the one that parts equal rows."""

    keys: dict[str, Callable[[Item], Any]]
    default: str
    ties: str


def arrange(items: Iterable[Item], ask: Ask, columns: Columns[Item]) -> tuple[list[Item], str]:
    """Sort `items` by what is asked, and say by what; equal ones by the column `ties`, upwards.

    Raises BadQuery for an unknown column.
    """
    sort = ask.sort or columns.default
    key = columns.keys.get(sort.removeprefix("-"))
    if key is None:
        known = ", ".join(columns.keys)
        raise BadQuery(f"sort: there is no column {sort.removeprefix('-')!r}; there are {known}.")
    ties = columns.keys[columns.ties]
    ordered = sorted(items, key=ties)  # two stable sorts beat one by tuples
    if key is not ties or sort.startswith("-"):
        ordered.sort(key=key, reverse=sort.startswith("-"))
    return ordered, sort


def cut(items: Sequence[Item], ask: Ask) -> tuple[Sequence[Item], int]:
    """Give the items of the page asked for and its number; past the end it is the last page."""
    last = max(1, -(-len(items) // ask.per_page))
    number = min(ask.page, last)
    start = (number - 1) * ask.per_page
    return items[start : start + ask.per_page], number


def tabulate(
    found: Iterable[Item],
    ask: Ask,
    columns: Columns[Item],
    record: Callable[[Item], Row],
    *,
    total: int,
    path: str,
    filters: Mapping[str, str] | None = None,
) -> Table[Row]:
    """Give the page asked for of what was `found`; only its rows are made into records.

    `total` is how many there are in all. Raises BadQuery for an unknown column.
    """
    ordered, sort = arrange(found, ask, columns)
    shown, number = cut(ordered, ask)
    return Table(
        rows=[record(item) for item in shown],
        ask=ask,
        sort=sort,
        page=number,
        matched=len(ordered),
        total=total,
        filters=filters or {},
        path=path,
    )
