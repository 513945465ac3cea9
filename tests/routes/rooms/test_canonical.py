"""A room whose name URL parsers read as another room's: each page is about its own room."""

import secrets
from collections.abc import Callable
from urllib.parse import quote

import pytest
from livekit import api

from app.text.paths import participant_path, room_path
from dev.participants import Crowd
from tests.routes.asked import Ask, all_rooms
from tests.routes.conftest import Join
from tests.support.visitor import Visitor

# What urlsplit drops from a path, and what cuts it.
BETWEEN = {"line break": "\n", "tab": "\t", "return": "\r", "query": "?", "fragment": "#"}


@pytest.fixture(params=[*BETWEEN.values()], ids=[*BETWEEN])
def pair(request: pytest.FixtureRequest, make_room: Callable[..., str]) -> tuple[str, str]:
    """Two open rooms: one with an odd character in its name, and one without it."""
    name = f"victim-{secrets.token_hex(4)}"
    plain = name if request.param in "\n\t\r" else name[:6]
    return make_room(f"{name[:6]}{request.param}{name[6:]}"), make_room(plain)


def test_what_a_page_asks_about_is_what_its_button_ends(
    admin: Visitor, livekit: Ask, pair: tuple[str, str]
) -> None:
    odd, plain = pair
    page = admin.get(f"/rooms/{quote(odd, safe='')}/delete", follow_redirects=True)
    (form,) = [form for form in page.all("form") if "data-form" in form]
    assert form["action"] == room_path(odd, "delete")
    answer = admin.post(form["action"])
    assert answer.status == 303
    assert [room.name for room in all_rooms(livekit, plain[:6]) if room.name in pair] == [plain]


def test_an_unusual_address_leads_to_the_usual_one(admin: Visitor, pair: tuple[str, str]) -> None:
    odd, _ = pair
    path = f"/rooms/{quote(odd, safe='')}"
    for query in ("", "?q=a%20b&page=2"):
        moved = admin.get(path + query)
        assert (moved.status, moved.location) == (307, room_path(odd) + query)
    for action in ("edit", "delete", "send"):
        for moved in (admin.get(f"{path}/{action}"), admin.post(f"{path}/{action}")):
            assert (moved.status, moved.location) == (307, room_path(odd, action))


def test_a_page_refreshes_itself_and_no_other_room(admin: Visitor, pair: tuple[str, str]) -> None:
    odd, _ = pair
    page = admin.get(f"/rooms/{quote(odd, safe='')}", follow_redirects=True)
    live = {a["data-url"] for _, a in page.tags if a.get("id") == "live" and a.get("data-url")}
    live |= {a["data-hx-get"] for _, a in page.tags if "partial=1" in a.get("data-hx-get", "")}
    assert {url.partition("?")[0] for url in live if url.startswith("/rooms")} == {room_path(odd)}


def test_a_participant_whose_identity_has_a_line_break_is_the_one_that_is_removed(
    admin: Visitor, livekit: Ask, room: str, join: Join, crowd: Crowd
) -> None:
    join(room, "ada")
    join(room, "a\nda")
    path = f"/rooms/{room}/participants/{quote(chr(10).join(['a', 'da']), safe='')}"
    page = admin.get(f"{path}/remove", follow_redirects=True)
    (form,) = [form for form in page.all("form") if "data-form" in form]
    assert form["action"] == participant_path(room, "a\nda", "remove")
    assert admin.post(form["action"]).status == 303
    left = livekit("room.list_participants", api.ListParticipantsRequest(room=room)).participants
    assert [who.identity for who in left] == ["ada"]


@pytest.mark.parametrize(
    ("path", "usual"),
    [
        ("/egress/EG%5Fnone", "/egress/EG_none"),
        ("/ingress/IN%0Anone/edit", "/ingress/~SU4Kbm9uZQ/edit"),
        ("/sip/trunks/ST%09none", "/sip/trunks/~U1QJbm9uZQ"),
        ("/sip/rules/~U0RSX25vbmU", "/sip/rules/SDR_none"),
        ("/sip/calls/a%0Ab/sip%0D1", "/sip/calls/~YQpi/~c2lwDTE"),
        ("/agents/a%3Fb/AD_1/delete", "/agents/~YT9i/AD_1/delete"),
    ],
)
def test_every_area_has_one_address_for_a_page(admin: Visitor, path: str, usual: str) -> None:
    moved = admin.get(path)
    assert (moved.status, moved.location) == (307, usual)
    assert admin.get(usual).status == 404


def test_only_a_user_who_may_open_a_page_is_led_to_it(nobody: Visitor, room: str) -> None:
    odd = quote(f"{room}\n", safe="")
    for path in (f"/rooms/{odd}", f"/rooms/{odd}/delete", "/rooms/-/delete", "/rooms/~/edit"):
        answer = nobody.get(path)
        assert (answer.status, answer.location) == (401, ""), path
