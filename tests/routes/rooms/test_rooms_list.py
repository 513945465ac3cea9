"""The list of rooms: /rooms."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from app.text.paths import room_path
from tests.routes import tabs
from tests.routes.asked import Ask, opened
from tests.routes.conftest import Busy, Counted, Shelf
from tests.routes.filled import polled
from tests.support.visitor import Seen, Visitor


def listed(page: Seen) -> list[str]:
    """Return the SIDs of the rooms in the table, from the top."""
    assert page.status == 200, page.text
    return [row["id"] for row in page.all("tr") if row.get("id")]


def address(**state: object) -> str:
    """Return the list's address with this state."""
    return f"/rooms?{urlencode(state)}"


def sids(rooms: list[Any], *endings: str) -> set[str]:
    """Return the SIDs of the rooms whose names end so."""
    return {room.sid for room in rooms if room.name.endswith(endings)}


def offered(page: Seen) -> list[dict[str, str]]:
    """Return everything on the page that leads to a change."""
    forms = ("/new", "/edit", "/delete")
    links = [a for a in page.all("a") if a.get("href", "").endswith(forms)]
    links += [a for a in page.all("a") if a.get("href", "").startswith("/sandbox?")]
    buttons = [b for b in page.all("button") if b.get("formaction")]
    return links + buttons + page.all("input", type="checkbox", name="room")


def test_says_when_nothing_matches_and_how_many_there_are(admin: Visitor, room: str) -> None:
    page = admin.get(address(q="no room has this in its name <&>"))
    assert listed(page) == []
    assert "No matching rooms" in page.text
    assert "No rooms yet" not in page.text
    assert page.all("a", href="/rooms")


@pytest.mark.parametrize(
    ("column", "figure"),
    [
        ("name", "name"),
        ("participants", "num_participants"),
        ("publishers", "num_publishers"),
        ("created", "creation_time_ms"),
    ],
)
def test_sorts_by_each_column_both_ways(
    admin: Visitor, shelf: Shelf, busy: Busy, livekit: Ask, column: str, figure: str
) -> None:
    part, rooms = shelf
    value = {room.sid: getattr(room, figure) for room in rooms}
    for sort, downwards in ((column, False), (f"-{column}", True)):
        page = admin.get(address(q=part, sort=sort))
        order = [value[sid] for sid in listed(page)]
        assert order == sorted(value.values(), reverse=downwards)
        heads = [h for h in page.all("th") if h.get("aria-sort") in {"ascending", "descending"}]
        assert [h["aria-sort"] for h in heads] == ["descending" if downwards else "ascending"]
        turned = column if downwards else f"-{column}"
        assert address(q=part, sort=turned) in [a.get("href") for a in page.all("a")]


def test_equal_rooms_keep_their_order(admin: Visitor, shelf: Shelf) -> None:
    part, _ = shelf
    pages = [listed(admin.get(address(q=part, sort="-participants"))) for _ in range(8)]
    assert all(page == pages[0] for page in pages)


def test_pages_hold_every_room_once_and_keep_the_state(admin: Visitor, shelf: Shelf) -> None:
    part, _ = shelf
    state = {"q": part, "sort": "name", "per_page": 2}
    pages = [admin.get(address(**state, page=number)) for number in (1, 2, 3)]
    assert [sid for page in pages for sid in listed(page)] == listed(
        admin.get(address(q=part, sort="name"))
    )
    assert [len(listed(page)) for page in pages] == [2, 2, 2]
    for page, number in zip(pages, (1, 2, 3), strict=True):
        assert f"page {number} of 3" in page.text
        assert page.html.count('rel="next"') == (2 if number < 3 else 0)  # above and below
        steps = {a["rel"]: a["href"] for a in page.all("a") if a.get("rel") in {"prev", "next"}}
        wanted = {"prev": number - 1, "next": number + 1}
        assert set(steps) == {k for k, v in wanted.items() if 1 <= v <= 3}
        for step, href in steps.items():
            query = {k: v[0] for k, v in parse_qs(urlsplit(href).query).items()}
            target = {"page": str(wanted[step])} if wanted[step] > 1 else {}
            assert query == {"q": part, "sort": "name", "per_page": "2"} | target


def test_a_long_list_leads_to_its_ends_and_to_any_page(admin: Visitor, shelf: Shelf) -> None:
    part, _ = shelf
    state = {"q": part, "sort": "name", "per_page": "1", "people": "empty"}
    page = admin.get(address(**state, page=2))
    assert page.text.count("page 2 of 4") == 2
    links = [parse_qs(urlsplit(a["href"]).query) for a in page.all("a") if "href" in a]
    wanted = {name: [value] for name, value in state.items()}
    assert links.count(wanted | {"page": ["4"]}) == 2
    # the first page is the previous one of this page, too
    assert links.count(wanted) >= 4
    field, _ = page.all("input", type="number", name="page")
    assert (field["min"], field["max"]) == ("1", "4")
    for name, value in state.items():
        assert len([i for i in page.all("input", name=name, value=value) if "form" not in i]) >= 2
    short = admin.get(address(**state | {"per_page": "2"}))
    assert not short.all("input", type="number", name="page")


def test_past_the_end_is_the_last_page(admin: Visitor, shelf: Shelf) -> None:
    part, _ = shelf
    last = admin.get(address(q=part, sort="name", per_page=2, page=3))
    beyond = admin.get(address(q=part, sort="name", per_page=2, page=999_999))
    assert listed(beyond) == listed(last) != []
    assert "page 3 of 3" in beyond.text


def test_every_link_of_the_list_keeps_filter_and_people(admin: Visitor, shelf: Shelf) -> None:
    part, _ = shelf
    page = admin.get(address(q=part, people="empty", sort="-created", per_page=25, page=1))
    others = {to for label, to in tabs.targets(page).items() if label != "Empty"}
    kept = [a["href"] for a in page.all("a") if "q=" in a.get("href", "")]
    kept = [href for href in kept if href not in others]
    queries = [parse_qs(urlsplit(href).query) for href in kept]
    assert len(kept) >= 4 + 2  # columns, exports
    assert all(query["q"] == [part] and query["people"] == ["empty"] for query in queries)
    exports = [parse_qs(urlsplit(h).query) for h in kept if "export" in h]
    wanted = {"q": [part], "people": ["empty"], "sort": ["-created"]}
    assert exports == [wanted, wanted]
    again = parse_qs(urlsplit(polled(page)[0]).query)
    assert again == wanted | {"per_page": ["25"], "page": ["1"], "partial": ["1"]}
    assert page.all("input", type="hidden", name="sort", value="-created")
    assert page.all("input", type="hidden", name="per_page", value="25")


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("sort=nonsense", "sort"),
        ("sort=--name", "sort"),
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=x", "page"),
        ("page=99999999999999999999", "page"),
        ("per_page=0", "per_page"),
        ("per_page=201", "per_page"),
        ("people=some", "people"),
        ("recording=maybe", "recording"),
        ("older=2h", "older"),
        ("q=" + "x" * 1001, "q"),
    ],
)
def test_wrong_values_are_422_and_named(admin: Visitor, query: str, named: str) -> None:
    for path in (f"/rooms?{query}", f"/rooms?{query}&partial=1"):
        page = admin.get(path)
        assert page.status == 422
        assert f" {named}: " in page.text


def test_hostile_queries_are_only_text(admin: Visitor) -> None:
    for text in ('"><script>alert(1)</script>', "\x00", "%", "\ud7ff", "' OR 1=1", "{{ 7*7 }}"):
        page = admin.get(address(q=text))
        assert page.status == 200
        assert "<script>alert" not in page.html
        assert "49" not in page.all("input", name="q", type="search")[0]["value"]


def test_a_long_name_is_whole_in_the_title_and_the_link(
    admin: Visitor, make_room: Ask, livekit: Ask
) -> None:
    name = make_room("x" * 240 + " long")
    sid = opened(livekit, name).sid
    page = admin.get(address(q=sid))
    assert listed(page) == [sid]
    assert page.all("a", title=name, href=room_path(name))
    assert [c for c in page.all("td") if "name" in c.get("class", "").split()]


def test_costs_one_livekit_call(counted: Counted, shelf: Shelf) -> None:
    part, _ = shelf
    for path in (address(q=part), address(q=part, partial=1), address(per_page=200, sort="name")):
        page, calls = counted.get(path)
        assert (page.status, calls, page.calls) == (200, 1, ["ListRooms"])


def test_who_may_only_read_gets_no_buttons(
    nobody: Visitor, reader: Visitor, admin: Visitor, shelf: Shelf
) -> None:
    part, rooms = shelf
    assert nobody.get("/rooms").status == 401
    page = reader.get(address(q=part))
    assert set(listed(page)) == {room.sid for room in rooms}
    assert not offered(page)
    assert len(offered(admin.get(address(q=part)))) >= 3 + 4 * len(rooms)
