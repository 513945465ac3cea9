"""Choosing how lists are shown: /lists."""

from urllib.parse import urlencode

import pytest

from tests.routes.conftest import Shelf, Start
from tests.routes.filled import polled
from tests.support.visitor import Seen, Visitor

LISTS = {
    "/rooms": "rooms",
    "/participants": "participants",
    "/agents": "agents",
    "/egress": "egress",
    "/ingress": "ingress",
    "/sip/calls": "calls",
    "/sip/trunks": "trunks",
    "/sip/rules": "rules",
}


def chooser(page: Seen) -> dict[str, list[str]]:
    """Return the fields that the page would send, as a browser without scripts reads them."""
    fields: dict[str, list[str]] = {}
    for each in page.all("input", form="layout"):
        if each["type"] != "checkbox" or "checked" in each:
            fields.setdefault(each["name"], []).append(each["value"])
    return fields


def choose(visitor: Visitor, page: Seen, **changes: object) -> Seen:
    """Send the page's choices, some of them changed."""
    return visitor.post("/lists", **(chooser(page) | changes))


def cookie(seen: Seen) -> str:
    """Return the cookie that is set."""
    sent = seen.headers["set-cookie"].partition("livekit-dashboard-lists=")[2]
    return sent.partition(";")[0].strip('"')


def table(page: Seen) -> list[str]:
    """Return the classes of the page's list."""
    (grid,) = page.all("table", **{"data-rows": ""})
    return grid["class"].split()


@pytest.mark.parametrize(("path", "name"), LISTS.items(), ids=LISTS.values())
def test_each_list_remembers_its_own_columns(admin: Visitor, path: str, name: str) -> None:
    page = admin.get(path)
    fields = chooser(page)
    assert fields["name"] == [name]
    assert fields["back"] == [path]
    columns = fields["columns"][0].split()
    assert fields["show"] == columns
    assert len(columns) >= 4
    answer = choose(admin, page, show=columns[1:])
    assert (answer.status, answer.location) == (303, path)
    assert cookie(answer) == f"{name}~50~~{columns[0]}"
    assert chooser(admin.get(path))["show"] == columns[1:]
    others = [chooser(admin.get(other)) for other in LISTS if other != path]
    assert all(other["show"] == other["columns"][0].split() for other in others)


def test_hidden_columns_are_named_by_their_numbers(
    admin: Visitor, reader: Visitor, shelf: Shelf
) -> None:
    part, _ = shelf
    place = f"/rooms?{urlencode({'q': part})}"
    for visitor, numbers in (
        (admin, ["hide-4", "hide-6"]),
        (reader, ["hide-3", "hide-5"]),  # it has no column of checkboxes
    ):
        page = visitor.get(place)
        assert table(page) == ["grid"]
        choose(visitor, page, show=["participants", "created"], compact="1")
        page = visitor.get(place)
        assert table(page) == ["grid", *numbers, "compact"]
        heads = [h for h in page.all("th") if h.get("scope") == "col"]
        rows = page.html.count("<tr id=")
        assert page.html.count("<td") == rows * len(heads)
        choose(visitor, page, show=chooser(page)["columns"][0].split(), compact="")
        assert table(visitor.get(place)) == ["grid"]


def test_the_page_size_is_remembered(admin: Visitor, shelf: Shelf) -> None:
    part, _ = shelf
    place = f"/rooms?{urlencode({'q': part, 'sort': '-name'})}"
    page = admin.get(f"{place}&per_page=25&page=1")
    assert "25 per page" in page.text
    assert chooser(page)["back"] == [place]
    answer = choose(admin, page, size="100")
    assert answer.location == place
    page = admin.get(place)
    assert "100 per page" in page.text
    assert page.all("button", name="size", value="100", **{"aria-current": "true"})
    # of this list only, and an address that names a size has it
    assert "50 per page" in admin.get("/egress").text
    assert "2 per page" in admin.get(f"{place}&per_page=2").text
    assert all("per_page" not in a.get("href", "") for a in page.all("a"))
    # a choice of columns leaves it alone
    choose(admin, page, show=[])
    assert "100 per page" in admin.get(place).text


def test_a_script_refreshes_the_list_or_leaves_an_address_with_a_size(
    admin: Visitor, shelf: Shelf
) -> None:
    fields = chooser(admin.get("/rooms")) | {"csrf": [admin.token()]}
    here = {"HX_Request": "true", "HX_Current_URL": f"{admin.origin}/rooms?page=2"}
    answer = admin.send("/lists", fields, **here)
    assert answer.status == 204
    assert '"text": ""' in answer.headers["hx-trigger"]
    sized = here | {"HX_Current_URL": f"{admin.origin}/rooms?per_page=25"}
    answer = admin.send("/lists", fields | {"size": ["100"]}, **sized)
    assert (answer.status, answer.headers["hx-redirect"]) == (204, "/rooms")
    assert "set-cookie" in answer.headers


def test_an_unchanged_poll_is_a_304_until_the_layout_changes(admin: Visitor, shelf: Shelf) -> None:
    part, _ = shelf
    page = admin.get(f"/rooms?{urlencode({'q': part})}")
    address, ptag = polled(page)
    assert admin.get(address, headers={"HX-PTag": ptag}).status == 304
    choose(admin, page, show=["created"])
    changed = admin.get(address, headers={"HX-PTag": ptag})
    assert changed.status == 200
    assert "hide-3" in changed.html
    assert admin.get(address, headers={"HX-PTag": changed.headers["hx-ptag"]}).status == 304


def test_the_cookie_is_for_this_dashboard_only(start_dashboard: Start) -> None:
    visitor = start_dashboard(root_path="/ops").visitor()
    fields = {"csrf": visitor.get("/ops/keys").csrf, "name": "rooms", "back": "/rooms"}
    answer = visitor.send("/ops/lists", fields)
    assert answer.location == "/ops/rooms"
    flags = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")}
    assert {"path=/ops", "httponly", "samesite=lax", "max-age=31536000"} <= flags


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "rooms~50",
        "rooms~7~~",
        "rooms~50~~<script>",
        "rooms~50~~../..",
        "rooms~50~~~",
        "|||",
        "%00",
        "rooms~50~~" + "a" * 3000,
    ],
)
def test_a_cookie_that_cannot_be_read_is_ignored(admin: Visitor, shelf: Shelf, text: str) -> None:
    page = admin.get("/rooms", headers={"Cookie": f"livekit-dashboard-lists={text}"})
    assert page.status == 200
    assert table(page) == ["grid"]
    assert "50 per page" in page.text


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "nothing"},
        {"name": ""},
        {"name": "rooms", "columns": "A|b"},
        {"name": "rooms", "columns": "a" * 15},
        {"name": "rooms", "columns": "a " * 12 + "a"},
        {"name": "rooms", "size": "7"},
    ],
)
def test_other_choices_are_refused(admin: Visitor, fields: dict[str, object]) -> None:
    answer = admin.post("/lists", back="/rooms", **fields)
    assert answer.status == 422
    assert "livekit-dashboard-lists" not in answer.headers.get("set-cookie", "")


def test_the_cookie_stays_small(admin: Visitor) -> None:
    every = [f"{'c' * 13}{letter}" for letter in "abcdefghijkl"]
    for name in (*LISTS.values(), "people"):
        answer = admin.post("/lists", name=name, columns=" ".join(every), compact="1", size="200")
        assert answer.status == 303
    assert cookie(answer).count("|") == len(LISTS)
    assert len(answer.headers["set-cookie"]) < 2000


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", ""])
def test_it_leads_to_no_other_site(admin: Visitor, back: str) -> None:
    assert admin.post("/lists", name="egress", back=back).location == "/"


def test_who_only_reads_may_choose_and_who_may_not_see_may_not(
    reader: Visitor, nobody: Visitor, admin: Visitor
) -> None:
    assert reader.post("/lists", name="egress").status == 303
    token = admin.token()
    assert nobody.send("/lists", {"csrf": token, "name": "rooms"}).status == 401
    assert admin.send("/lists", {"csrf": "wrong", "name": "rooms"}).status == 403
