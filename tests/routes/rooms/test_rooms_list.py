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


@pytest.mark.parametrize(
    ("people", "endings"),
    [("", ""), ("any", ("-full", "-some")), ("empty", ("-a", "-b", "-c", "-D"))],
)
def test_filters_by_name_and_people(
    admin: Visitor, shelf: Shelf, people: str, endings: str | tuple[str, ...]
) -> None:
    part, rooms = shelf
    wanted = sids(rooms, *([endings] if isinstance(endings, str) else endings))
    page = admin.get(address(q=part.upper(), people=people))
    assert set(listed(page)) == wanted
    assert page.all("input", name="q", type="search")[0]["value"] == part.upper()
    chosen = {"": "All", "any": "Occupied", "empty": "Empty"}[people]
    assert tabs.chosen(page) == [chosen]
    assert tabs.counts(page) == {"All": 6, "Occupied": 2, "Empty": 4}


def test_tabs_count_what_the_other_filters_leave(admin: Visitor, shelf: Shelf) -> None:
    part, rooms = shelf
    page = admin.get(address(q=f"{part}-a", people="any"))
    assert listed(page) == []
    assert tabs.counts(page) == {"All": 1, "Occupied": 0, "Empty": 1}
    empty = admin.get(tabs.targets(page)["Empty"])
    assert set(listed(empty)) == sids(rooms, "-a")
    assert empty.all("input", type="hidden", name="people", value="empty")


@pytest.mark.parametrize(
    ("text", "endings"),
    [
        ("metadata:OF", ("-a", "-b", "-c", "-D")),
        ('metadata:"of b"', ("-b",)),
        ('-c metadata:"of c"', ("-c",)),
        ('-c metadata:"of b"', ()),
        ("metadata:nobody-has-this", ()),
    ],
)
def test_filters_by_metadata(
    admin: Visitor, shelf: Shelf, text: str, endings: tuple[str, ...]
) -> None:
    part, rooms = shelf
    page = admin.get(address(q=f"{part}{text}" if text[0] == "-" else f"{part} {text}"))
    assert set(listed(page)) == (sids(rooms, *endings) if endings else set())


def test_filters_by_recording_and_age(admin: Visitor, shelf: Shelf) -> None:
    part, rooms = shelf
    assert listed(admin.get(address(q=part, recording="yes"))) == []
    quiet = admin.get(address(q=part, recording="no"))
    assert set(listed(quiet)) == {room.sid for room in rooms}
    page = admin.get(address(q=part, older="1d", recording="no"))
    assert listed(page) == []
    assert [o["value"] for o in page.all("option") if "selected" in o] == ["no", "1d"]
    deletion = page.all("input", type="hidden", form="bulk")
    assert deletion == []  # without rows there is nothing to delete
    sent = {i["name"]: i["value"] for i in quiet.all("input", type="hidden", form="bulk")}
    assert sent == {"q": part, "people": "", "recording": "no", "older": ""}


def test_filters_by_sid(admin: Visitor, shelf: Shelf) -> None:
    _, rooms = shelf
    for text in (rooms[0].sid, rooms[0].sid[3:].lower()):
        assert listed(admin.get(address(q=text))) == [rooms[0].sid]


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
        steps = {a["rel"]: a["href"] for a in page.all("a") if a.get("rel") in {"prev", "next"}}
        wanted = {"prev": number - 1, "next": number + 1}
        assert set(steps) == {k for k, v in wanted.items() if 1 <= v <= 3}
        for step, href in steps.items():
            query = {k: v[0] for k, v in parse_qs(urlsplit(href).query).items()}
            target = {"page": str(wanted[step])} if wanted[step] > 1 else {}
            assert query == {"q": part, "sort": "name", "per_page": "2"} | target


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
    assert len(kept) >= 4 + 2 + 4  # columns, exports, sizes
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
