"""Choosing the time zone: /time."""

import re

import pytest

from app.text.paths import room_path
from tests.routes.asked import Ask
from tests.routes.conftest import Start
from tests.support.visitor import Seen, Visitor

ABSOLUTE = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"


def choose(visitor: Visitor, zone: str, back: str = "/") -> Seen:
    """Choose a zone as a browser without scripts does."""
    return visitor.post("/time", zone=zone, back=back)


def test_the_form_offers_local_utc_and_every_zone(admin: Visitor) -> None:
    page = admin.get("/time", headers={"Referer": f"{admin.origin}/rooms?q=a"})
    options = [option["value"] for option in page.all("option")]
    assert options[:2] == ["local", "UTC"]
    assert "Europe/Berlin" in options
    assert page.all("input", type="hidden", name="back", value="/rooms?q=a")
    assert page.all("a", href="/rooms?q=a", **{"data-close": ""})
    assert [o["value"] for o in page.all("option") if "selected" in o] == ["local"]


@pytest.mark.parametrize(
    ("zone", "suffix", "label"),
    [("UTC", "UTC", "UTC"), ("Asia/Kathmandu", r"\+0545", "Kathmandu"), ("local", "UTC", "Local")],
)
def test_times_are_in_the_chosen_zone(
    admin: Visitor, room: str, zone: str, suffix: str, label: str
) -> None:
    place = f"{room_path(room)}?sort=joined"
    answer = choose(admin, zone, place)
    assert (answer.status, answer.location) == (303, place)
    page = admin.get(place)
    assert re.search(rf"Created just now {ABSOLUTE} {suffix}\b", page.text)
    titles = {time["title"] for time in page.all("time")}
    assert titles
    assert all(re.fullmatch(rf"{ABSOLUTE} {suffix}", title) for title in titles)
    assert f"Time zone: {label}" in page.text
    assert page.all("html", **{"data-zone": zone})
    chosen = [o["value"] for o in admin.get("/time").all("option") if "selected" in o]
    assert chosen == [zone]


def test_a_script_lets_the_page_load_again(admin: Visitor) -> None:
    fields = {"csrf": admin.token(), "zone": "UTC", "back": "/rooms"}
    answer = admin.send("/time", fields, HX_Request="true")
    assert (answer.status, answer.headers["hx-refresh"]) == (204, "true")
    assert "livekit-dashboard-zone=UTC" in answer.headers["set-cookie"]


def test_the_cookie_is_for_this_dashboard_only(start_dashboard: Start) -> None:
    visitor = start_dashboard(root_path="/ops").visitor()
    fields = {"csrf": visitor.get("/ops/keys").csrf, "zone": "UTC", "back": "/rooms"}
    answer = visitor.send("/ops/time", fields)
    assert answer.location == "/ops/rooms"
    flags = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")}
    assert {"path=/ops", "httponly", "samesite=lax", "max-age=31536000"} <= flags
    assert "secure" not in flags


@pytest.mark.parametrize("zone", ["", "Berlin", "../../etc/passwd", "<script>"])
def test_another_text_is_no_zone(admin: Visitor, zone: str) -> None:
    page = choose(admin, zone)
    assert page.status == 422
    assert "Choose a time zone from the list." in page.text
    assert "set-cookie" not in page.headers or "zone" not in page.headers["set-cookie"]


@pytest.mark.parametrize("cookie", ["nonsense", "../../etc/passwd", "%00", "a" * 3000])
def test_a_cookie_that_names_no_zone_is_ignored(admin: Visitor, room: str, cookie: str) -> None:
    page = admin.get(room_path(room), headers={"Cookie": f"livekit-dashboard-zone={cookie}"})
    assert page.status == 200
    assert page.all("html", **{"data-zone": "local"})


@pytest.mark.parametrize(
    "back",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:go()", "/\t/x", ""],
)
def test_it_leads_to_no_other_site(admin: Visitor, back: str) -> None:
    assert choose(admin, "UTC", back).location == "/"


@pytest.mark.parametrize(
    "referer",
    [
        "https://evil.example/rooms",
        "//evil.example",
        "http://[",
        "nonsense",
        "{}//evil.example",
        "",
    ],
)
def test_cancel_leads_to_no_other_site(admin: Visitor, referer: str) -> None:
    headers = {"Referer": referer.replace("{}", admin.origin)}
    page = admin.get("/time", headers=headers)
    assert page.status == 200
    assert page.all("a", href="/", **{"data-close": ""})
    assert page.all("input", type="hidden", name="back", value="/")


def test_who_only_reads_may_choose_and_who_may_not_see_may_not(
    reader: Visitor, nobody: Visitor, admin: Visitor
) -> None:
    assert choose(reader, "UTC").status == 303
    assert nobody.get("/time").status == 401
    token = admin.token()
    assert nobody.send("/time", {"csrf": token, "zone": "UTC"}).status == 401
    assert admin.send("/time", {"csrf": "wrong", "zone": "UTC"}).status == 403
    foreign = {"csrf": token, "zone": "UTC"}
    assert admin.send("/time", foreign, Origin="https://elsewhere.example").status == 403


def test_a_row_that_was_cached_for_one_zone_is_not_shown_in_another(
    admin: Visitor, make_room: Ask
) -> None:
    name = make_room()
    choose(admin, "UTC")
    first = admin.get(f"/rooms?q={name}")
    choose(admin, "Asia/Kathmandu")
    second = admin.get(f"/rooms?q={name}")
    assert " UTC" in first.all("time")[-1]["title"]
    assert " +0545" in second.all("time")[-1]["title"]
