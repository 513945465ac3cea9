"""Lists: sorted, cut into pages, and their state in the address."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadQuery
from app.services import lists
from app.services.layouts import DEFAULT_SIZE, Layout
from app.services.lists import (
    Ask,
    Columns,
    Listing,
    Table,
    Tabs,
    arrange,
    contain,
    cut,
)


@dataclass(frozen=True)
class Thing:
    """Something with a name and a size."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Wanted(lists.Wanted[Thing]):
    """Things of one size, or of any."""

    size: str = ""

    def matches(self, thing: Thing, q: str) -> bool:
        """Return whether the thing has the size, and `q` in its name."""
        return self.size in {"", str(thing.size)} and contain([thing.name], q)


THINGS = st.lists(
    st.builds(Thing, st.text(max_size=3), st.integers(0, 3)),
    max_size=30,
    unique_by=lambda thing: thing.name,
)
KEYS: dict[str, Callable[[Thing], Any]] = {
    "name": lambda thing: thing.name,
    "size": lambda thing: thing.size,
    "first": lambda thing: thing.name[:1],
}
COLUMNS = Columns(KEYS, "size", "name")
SORT = st.sampled_from(["name", "-name", "size", "-size", "first", "-first"])
ASKS = st.builds(
    Ask,
    q=st.text(max_size=20),
    sort=st.just("") | SORT,
    page=st.integers(1, 1_000_000),
    per_page=st.integers(1, 200),
)


@given(THINGS, SORT)
def test_sorting_loses_nothing_and_goes_the_right_way(things: list[Thing], sort: str) -> None:
    ordered = arrange(things, sort, COLUMNS)
    assert sorted(ordered, key=repr) == sorted(things, key=repr)
    values = [KEYS[sort.removeprefix("-")](thing) for thing in ordered]
    assert values == sorted(values, reverse=sort.startswith("-"))


@given(THINGS, SORT, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_they_came(
    things: list[Thing], sort: str, chance: Random
) -> None:
    mixed = list(things)
    chance.shuffle(mixed)
    assert arrange(mixed, sort, COLUMNS) == arrange(things, sort, COLUMNS)


@given(THINGS, SORT, st.integers(1, 40))
def test_the_first_few_are_those_of_the_whole_order(
    things: list[Thing], sort: str, end: int
) -> None:
    many = [replace(thing, name=f"{thing.name}{n}") for n in range(60) for thing in things]
    assert arrange(many, sort, COLUMNS, end) == arrange(many, sort, COLUMNS)[:end]


@given(st.lists(st.integers()), st.integers(1, 200))
def test_the_pages_together_are_the_list(items: list[int], size: int) -> None:
    pages = max(1, -(-len(items) // size))
    cuts = [cut(len(items), Ask(page=number, per_page=size)) for number in range(1, pages + 1)]
    assert [number for number, _ in cuts] == list(range(1, pages + 1))
    assert [item for _, start in cuts for item in items[start : start + size]] == items


@given(st.integers(0, 1000), st.integers(1, 200), st.integers(1, 1_000_000))
def test_past_the_end_is_the_last_page(count: int, size: int, page: int) -> None:
    number, start = cut(count, Ask(page=page, per_page=size))
    assert number == min(page, max(1, -(-count // size)))
    assert start < count or not start


def table(ask: Ask, matched: int = 0, rows: int = 0, **filters: str) -> Table[int]:
    """Return a table of so many rows on its page."""
    sort = ask.sort or "-size"
    return Table(range(rows), ask, sort, ask.page, matched, matched, filters, path="/things")


@given(ASKS, st.sampled_from(["", "any", "empty"]))
def test_the_address_says_all_of_the_state_and_nothing_that_is_default(
    ask: Ask, people: str
) -> None:
    url = urlsplit(table(ask, people=people).url())
    said = dict(parse_qsl(url.query, keep_blank_values=True))
    assert url.path == "/things"
    back = Ask(
        q=said.pop("q", ""),
        sort=said.pop("sort", ""),
        page=int(said.pop("page", 1)),
        per_page=int(said.pop("per_page", DEFAULT_SIZE)),
    )
    assert back == ask
    assert said == ({"people": people} if people else {})
    assert table(Ask()).url() == "/things"


@given(ASKS)
def test_a_form_has_the_state_but_for_the_page(ask: Ask) -> None:
    fields = table(ask, people="any").state
    assert urlencode(fields) == urlsplit(table(ask, people="any").url(page=1)).query
    assert "page" not in dict(fields)


@given(ASKS, st.integers(1, 200))
def test_the_remembered_size_is_not_in_the_address(ask: Ask, size: int) -> None:
    shown = table(replace(ask, layout=Layout("things", size=size)))
    said = dict(parse_qsl(urlsplit(shown.url()).query))
    assert said.get("per_page") == (None if ask.per_page == size else str(ask.per_page))


@given(ASKS)
def test_changes_leave_the_rest_alone(ask: Ask) -> None:
    said = dict(parse_qsl(urlsplit(table(ask).url(page=7, sort="name")).query))
    assert said["page"] == "7"
    assert said["sort"] == "name"
    assert said.get("q", "") == ask.q
    assert "page" not in dict(parse_qsl(urlsplit(table(ask).sort_url("name")).query))


def test_a_second_click_turns_the_order_around() -> None:
    assert table(Ask(sort="name")).sort_url("name") == "/things?sort=-name"
    assert table(Ask(sort="-name")).sort_url("name") == "/things?sort=name"
    assert table(Ask(sort="size")).sort_url("name", "-name") == "/things?sort=-name"
    orders = [table(Ask(sort=sort)).order("name") for sort in ("name", "-name", "size")]
    assert orders == ["ascending", "descending", "none"]


@pytest.mark.parametrize(
    ("matched", "page", "rows", "wanted"),
    [
        (0, 1, 0, (1, 0, 0)),
        (1, 1, 1, (1, 1, 1)),
        (51, 2, 1, (2, 51, 51)),
        (100, 2, 50, (2, 51, 100)),
    ],
)
def test_the_figures_below_the_table(
    matched: int, page: int, rows: int, wanted: tuple[int, int, int]
) -> None:
    shown = table(Ask(page=page), matched, rows)
    assert (shown.pages, shown.first, shown.last) == wanted


@pytest.mark.parametrize("sort", ["nothing", "--name", "-", "name ", "NAME"])
def test_an_unknown_column_is_said_with_those_there_are(sort: str) -> None:
    with pytest.raises(BadQuery, match="there are name, size, first") as raised:
        arrange([], sort, COLUMNS)
    assert raised.value.status == 422


@given(THINGS, ASKS, st.sampled_from(["", "0", "2"]))
def test_a_page_and_an_export_have_the_same_items_in_the_same_order(
    things: list[Thing], ask: Ask, size: str
) -> None:
    listing: Listing[Thing, str] = Listing(COLUMNS, lambda thing: thing.name)
    wanted = Wanted(size)
    names = [thing.name for thing in listing.matching(things, ask, wanted)]
    expected = {t.name for t in things if wanted.matches(t, ask.q.casefold())}
    assert set(names) == expected
    table = listing.table(things, ask, wanted)
    assert (table.matched, table.total) == (len(names), len(things))
    assert table.filters == {"size": size}
    assert list(table.rows) == names[cut(len(names), ask)[1] :][: ask.per_page]


@given(THINGS, ASKS, st.sampled_from(["", "0", "2"]))
def test_a_tab_counts_what_its_page_would_show(things: list[Thing], ask: Ask, size: str) -> None:
    tabs: Tabs[Thing] = Tabs("size", lambda found: Counter(str(thing.size) for thing in found))
    listing: Listing[Thing, Thing] = Listing(COLUMNS, lambda thing: thing, tabs)
    counts = listing.table(things, ask, Wanted(size)).counts
    for each in ("", "0", "1", "2", "3"):
        assert counts.get(each, 0) == len(listing.matching(things, ask, Wanted(each)))


@pytest.mark.parametrize("typed", [" Straße ", "STRASSE", "\tstra\n", "\u00a0straße"])
def test_blanks_around_the_text_and_its_case_do_not_matter(typed: str) -> None:
    assert contain(["Lange Straße 5"], Ask(typed).folded)
