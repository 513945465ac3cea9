"""/account/preferences: they follow a person into every browser."""

import json
import secrets
from collections.abc import Iterator

import pytest

from tests.support.dashboard import Dashboard
from tests.support.people import add_person, signed_in
from tests.support.visitor import Visitor

CHOSEN = {
    "theme": "dark",
    "zone": "Asia/Tokyo",
    "refresh": "30",
    "size": "25",
    "compact": "on",
    "start": "/rooms",
}


@pytest.fixture
def two(accounts: Dashboard) -> Iterator[tuple[Visitor, Visitor]]:
    """Two browsers of one person."""
    name = f"lea {secrets.token_hex(4)}"
    add_person(accounts, name)
    both = signed_in(accounts, name), signed_in(accounts, name)
    yield both
    for visitor in both:
        visitor.close()


def size(visitor: Visitor) -> str:
    (menu,) = visitor.get("/rooms").all("details", id="views-menu")
    return menu["data-size"]


def test_they_hold_in_another_browser(two: tuple[Visitor, Visitor]) -> None:
    one, other = two
    assert one.post("/account/preferences", **CHOSEN).status == 303
    page = other.get("/rooms")
    (root,) = page.all("html")
    assert (root["data-theme-chosen"], root["data-zone"]) == ("dark", "Asia/Tokyo")
    (kept,) = page.all("meta", name="preferences")
    assert json.loads(kept["content"]) == {"theme": "dark", "refresh-every": "30"}
    form = other.get("/account/preferences")
    chosen = [option["value"] for option in form.all("option") if "selected" in option]
    assert chosen == ["dark", "Asia/Tokyo", "30", "25", "/rooms"]


def test_signing_in_opens_the_start_page(two: tuple[Visitor, Visitor]) -> None:
    one, other = two
    name = one.get("/account/name").all("input", name="name")[0]["value"]
    one.post("/account/preferences", **CHOSEN)
    other.post("/sign-out")
    csrf = other.get("/sign-in").csrf
    seen = other.post("/sign-in", csrf=csrf, name=name, password="a-Long-password-7")
    assert seen.location == "/rooms"


def test_the_zone_and_the_lists_are_kept_in_the_account(two: tuple[Visitor, Visitor]) -> None:
    one, other = two
    one.post("/time", zone="UTC")
    one.post("/lists", name="rooms", size="200", columns="sid", compact="on")
    (root,) = other.get("/rooms").all("html")
    assert root["data-zone"] == "UTC"
    assert size(other) == "200"
    one.post("/lists", name="egress", size="25")
    other.post("/lists", name="agents", size="100")
    assert size(other) == "200"


def test_scripts_keep_what_they_remember(two: tuple[Visitor, Visitor]) -> None:
    one, other = two
    views = '[["Mine","q=<b>&per_page=50"]]'
    place = "/account/preferences/browser"
    assert one.post(place, name="views /rooms", value=views).status == 204
    (kept,) = other.get("/rooms").all("meta", name="preferences")
    assert json.loads(kept["content"]) == {"views /rooms": views}
    assert "q=<b>" not in other.get("/rooms").html
    assert one.post(place, name="views /rooms", value="").status == 204
    (kept,) = other.get("/rooms").all("meta", name="preferences")
    assert kept["content"] == "{}"


@pytest.mark.parametrize("name", ["", "other", "views rooms", "views /" + "x" * 400, "theme\n"])
def test_nothing_else_is_kept(two: tuple[Visitor, Visitor], name: str) -> None:
    assert two[0].post("/account/preferences/browser", name=name, value="x").status == 422


def test_an_account_keeps_no_more_than_fits(two: tuple[Visitor, Visitor]) -> None:
    place = "/account/preferences/browser"
    answers = [
        two[0].post(place, name=f"views /{number}", value="x" * 20_000).status
        for number in range(4)
    ]
    assert answers == [204, 204, 422, 422]
    assert two[1].get("/rooms").status == 200


@pytest.mark.parametrize(
    ("field", "value"), [("zone", "Mars/Base"), ("theme", "pink"), ("size", "7")]
)
def test_what_is_not_offered_is_refused(
    two: tuple[Visitor, Visitor], field: str, value: str
) -> None:
    assert two[0].post("/account/preferences", **(CHOSEN | {field: value})).status == 422


def test_it_needs_a_token(two: tuple[Visitor, Visitor]) -> None:
    assert two[0].post("/account/preferences", **CHOSEN, csrf="wrong").status == 403
