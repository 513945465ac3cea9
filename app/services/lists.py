"""Lists: filter, sort and page of any list, with all of its state in the address."""

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any, ClassVar, Generic, TypeVar
from urllib.parse import parse_qsl, urlencode

from app.errors import BadQuery
from app.services.layouts import DEFAULT_SIZE, SIZES, USUAL, Layout
from app.services.terms import contain as contain

Item = TypeVar("Item")
Row = TypeVar("Row")

ADDRESSES_KEPT = 512
WHOLE = 1_000_000  # rows, more than a server can have


@dataclass(frozen=True, slots=True)
class Ask:
    """What the address says of the list: the text to find, the order, the page, its size.

    `layout` has what the browser remembers of the list; its size is the one of an address without.
    Blanks around the text are dropped: they come with what is copied and pasted.
    """

    q: str = ""
    sort: str = ""
    page: int = 1
    per_page: int = DEFAULT_SIZE
    layout: Layout = USUAL

    def __post_init__(self) -> None:
        """Drop the blanks around the text."""
        object.__setattr__(self, "q", self.q.strip())

    @property
    def folded(self) -> str:
        """The text to find, as `contain` and the filters of every list expect it."""
        return self.q.casefold()

    @property
    def whole(self) -> "Ask":
        """The same list on one page: for an export."""
        return Ask(self.q, self.sort, 1, WHOLE)


@dataclass(frozen=True, slots=True)
class Wanted(Generic[Item]):
    """The filters of one list: a field for each, named as in the address, and empty for all."""

    def matches(self, item: Item, q: str) -> bool:
        """Return whether the item passes the filters and has `q`, casefolded, in its texts."""
        raise NotImplementedError

    @property
    def filters(self) -> Mapping[str, Any]:
        """The filters by their names in the address."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


def address(path: str, state: Mapping[str, Any], defaults: Mapping[str, Any]) -> str:
    """Return the address of a list in a state; what is empty or as by default is left out."""
    given = tuple(
        (name, tuple(value) if isinstance(value, list) else value)
        for name, value in state.items()
        if value and value != defaults.get(name)
    )
    return f"{path}?{_encoded(given)}" if given else path


@lru_cache(ADDRESSES_KEPT)  # a list has ten, and each refresh has the same
def _encoded(given: tuple[tuple[str, Any], ...]) -> str:
    return urlencode(given, doseq=True)


@dataclass(frozen=True, slots=True)
class Table(Generic[Row]):
    """One page of a list: its rows, and the figures and addresses around them."""

    sizes: ClassVar = SIZES

    rows: Sequence[Row]
    ask: Ask
    sort: str
    page: int
    matched: int
    total: int
    filters: Mapping[str, Any]
    counts: Mapping[str, int] = field(default_factory=dict)  # of each tab; "" is all of them
    path: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)  # of the page around it: no filter

    def at(self, path: str) -> "Table[Row]":
        """Return the list as it is shown at `path`; without one, its links know only the query."""
        return replace(self, path=path)

    @property
    def pages(self) -> int:
        """How many pages the matching rows fill; one at least."""
        return page_count(self.matched, self.ask)

    @property
    def first(self) -> int:
        """The number of the first row shown, from 1; 0 for no rows."""
        return (self.page - 1) * self.ask.per_page + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return self.first + len(self.rows) - 1 if self.rows else 0

    @property
    def filtered(self) -> bool:
        """Return whether anything but everything is asked for."""
        return bool(self.ask.q or any(self.filters.values()))

    def url(self, path: str = "", **changes: Any) -> str:
        """Return the list's address with some of its state changed; what is default is left out."""
        state: dict[str, Any] = {"q": self.ask.q, **self.filters, "sort": self.ask.sort} | {
            **self.kept,
            "page": self.page,
            "per_page": self.ask.per_page,
        }
        defaults = {"page": 1, "per_page": self.ask.layout.size}
        return address(path or self.path, state | changes, defaults)

    @property
    def state(self) -> list[tuple[str, str]]:
        """The list's state except for the page, as names and values: for a form that adds one."""
        return parse_qsl(self.url(page=0).partition("?")[2])

    def sort_url(self, column: str, first: str = "") -> str:
        """Return the address that sorts by `column`; a second click turns the order around."""
        turned = {column: f"-{column}", f"-{column}": column}.get(self.sort, first or column)
        return self.url(sort=turned, page=1)

    def order(self, column: str) -> str:
        """Return `ascending`, `descending` or `none`, as aria-sort wants it."""
        return {column: "ascending", f"-{column}": "descending"}.get(self.sort, "none")


@dataclass(frozen=True, slots=True)
class Columns(Generic[Item]):
    """The columns a list sorts by: the one it begins with, and the one that parts equal rows.

    A key gives a number or a text.
    """

    keys: dict[str, Callable[[Item], Any]]
    default: str
    ties: str


def arrange(
    items: Sequence[Item], sort: str, columns: Columns[Item], end: int | None = None
) -> list[Item]:
    """Return `items`, or the first `end` of them, by a column; downwards after a `-`.

    Equal ones stand by the column `ties`, upwards. Raises BadQuery for an unknown column.
    """
    name, down = sort.removeprefix("-"), sort.startswith("-")
    if name not in columns.keys:
        raise BadQuery(f"sort: there is no column {name!r}; there are {', '.join(columns.keys)}.")
    key, ties = columns.keys[name], columns.keys[columns.ties]
    few = len(items) if end is None else end
    if few * 100 < len(items) and (not down or isinstance(key(items[0]), int | float)):
        # of very many; it holds few at a time, and a protobuf makes each one when asked for it
        sign = -1 if down else 1
        return heapq.nsmallest(few, items, lambda item: (key(item) * sign, ties(item)))
    ordered = sorted(items, key=ties)  # two stable sorts beat one by tuples
    if key is not ties or down:
        ordered.sort(key=key, reverse=down)
    return ordered[:few]


def page_count(count: int, ask: Ask) -> int:
    """Return how many pages so many rows fill; one at least."""
    return max(1, -(-count // ask.per_page))


def cut(count: int, ask: Ask) -> tuple[int, int]:
    """Return the number of the page asked for, the last one past the end, and where it begins."""
    number = min(ask.page, page_count(count, ask))
    return number, (number - 1) * ask.per_page


@dataclass(frozen=True, slots=True)
class Tabs(Generic[Item]):
    """The filter whose values are the tabs of a list, and how many of the items each has."""

    filter: str
    count: Callable[[Sequence[Item]], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Listing(Generic[Item, Row]):
    """A list of one kind: its columns, what an item becomes in its rows, and its tabs."""

    columns: Columns[Item]
    record: Callable[[Item], Row]
    tabs: Tabs[Item] | None = None

    def table(self, items: Sequence[Item], ask: Ask, wanted: Wanted[Item]) -> Table[Row]:
        """Return the page asked for of the items that match; only its rows become records.

        The tabs count what matches the other filters. Raises BadQuery for an unknown column.
        """
        filters = wanted.filters
        tabs = self.tabs
        if tabs and filters[tabs.filter]:
            counted = self._matching(items, ask, replace(wanted, **{tabs.filter: ""}))
            found = self._matching(counted, ask, wanted)
        else:
            counted = found = self._matching(items, ask, wanted)
        number, start = cut(len(found), ask)
        sort = ask.sort or self.columns.default
        ordered = arrange(found, sort, self.columns, end=start + ask.per_page)
        return Table(
            rows=[self.record(item) for item in ordered[start:]],
            ask=ask,
            sort=sort,
            page=number,
            matched=len(found),
            total=len(items),
            filters=filters,
            counts={"": len(counted), **tabs.count(counted)} if tabs else {},
        )

    def matching(self, items: Sequence[Item], ask: Ask, wanted: Wanted[Item]) -> list[Item]:
        """Return all items that match, in the order asked for: for an export or a bulk action.

        Raises BadQuery for an unknown column.
        """
        found = self._matching(items, ask, wanted)
        return arrange(found, ask.sort or self.columns.default, self.columns)

    def _matching(self, items: Sequence[Item], ask: Ask, wanted: Wanted[Item]) -> Sequence[Item]:
        if not ask.q and not any(wanted.filters.values()):
            return items
        q = ask.folded
        return [item for item in items if wanted.matches(item, q)]
