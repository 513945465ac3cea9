"""/rooms/{room}/watch: who may watch gets a pass for a hidden observer, and nothing more."""

from collections.abc import Callable
from typing import Any

import jwt
import pytest
from fastapi.routing import iter_route_contexts
from livekit import api

from app.routes.rooms import watch
from app.security.guards import Guard
from app.security.roles import Permission
from app.text.paths import room_path
from tests.contracts.surface import guard_of
from tests.routes.conftest import Join
from tests.support.dashboard import Dashboard
from tests.support.visitor import Visitor

READ = [Permission.ROOMS_READ] * 2  # the page, and the pass
PAGE = "0123456789abcdef"


def watching(room: str) -> str:
    """Return the path of the page that watches a room."""
    return room_path(room, "watch")


def test_the_page_brings_no_token(admin: Visitor, room: str) -> None:
    page = admin.get(watching(room))
    assert page.status == 200
    assert not page.access_tokens
    assert "Watching a room needs JavaScript" in page.text
    assert "uses bandwidth" in page.text
    assert admin.get(room_path(room)).all("a", href=watching(room))


def test_the_pass_is_for_a_hidden_observer_who_may_subscribe(
    admin: Visitor, room: str, dashboard: Dashboard
) -> None:
    answer = admin.post(watching(room), observer=PAGE)
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    given = answer.response.json()
    assert given["url"] == dashboard.settings.browser_url
    claims = jwt.decode(given["token"], options={"verify_signature": False})
    assert claims["sub"] == f"dashboard-observer-{PAGE}"
    assert claims["name"] == "Dashboard observer"
    assert claims["kind"] == "agent"
    assert claims["attributes"] == {"livekit-dashboard.observer": "admin"}
    assert 0 < claims["exp"] - claims["nbf"] <= 120
    assert claims["video"] == {
        "roomJoin": True,
        "room": room,
        "hidden": True,
        "canSubscribe": True,
        "canPublish": False,
        "canPublishData": False,
    }


def test_a_browser_is_told_the_address_for_browsers(
    start_dashboard: Callable[..., Dashboard], room: str
) -> None:
    visitor = start_dashboard(livekit_public_url="https://rtc.example:8443/sub").visitor()
    given = visitor.post(watching(room), observer=PAGE).response.json()
    assert given["url"] == "wss://rtc.example:8443/sub"
    reach = "connect-src 'self' wss://rtc.example:8443 https://rtc.example:8443;"
    assert reach in visitor.get(watching(room)).headers["content-security-policy"]
    plain, rated = visitor.get(room_path(room)), visitor.get(room_path(room) + "?quality=1")
    assert reach not in plain.headers["content-security-policy"]
    assert reach in rated.headers["content-security-policy"]
    loaded = [len(page.all("script")) for page in (plain, rated)]
    assert loaded[1] == loaded[0] + 2


def test_a_room_that_is_not_open_is_not_opened(
    admin: Visitor, livekit: Callable[..., Any], room: str
) -> None:
    gone = f"{room}-gone"
    assert admin.get(watching(gone)).status == 404
    refused = admin.post(watching(gone), observer=PAGE)
    assert refused.status == 404
    assert "is not open" in refused.text
    assert livekit("room.list_rooms", api.ListRoomsRequest(names=[gone])).rooms == []


@pytest.mark.parametrize("name", ["a/b", "..", "<script>", "%2F", "ö 'x' \u202e"])
def test_any_name_can_be_watched(
    admin: Visitor, make_room: Callable[..., str], name: str, room: str
) -> None:
    odd = make_room(f"{name}{room}")
    assert admin.get(watching(odd)).status == 200
    token = admin.post(watching(odd), observer=PAGE).response.json()["token"]
    assert jwt.decode(token, options={"verify_signature": False})["video"]["room"] == odd


@pytest.mark.parametrize(
    "observer", ["0123", PAGE.upper(), f"{PAGE}0", f"{PAGE}\n", "../../etc/passwd"]
)
def test_only_a_page_of_ours_asks(admin: Visitor, room: str, observer: str) -> None:
    assert admin.post(watching(room), observer=observer).status == 422


def test_who_may_read_rooms_may_watch_and_nobody_else(
    admin: Visitor, nobody: Visitor, reader: Visitor, room: str
) -> None:
    guards = [guard_of(context) for context in iter_route_contexts(watch.router.routes)]
    assert [guard.permission for guard in guards if isinstance(guard, Guard)] == READ
    path, fields = watching(room), {"observer": PAGE}
    assert reader.post(path, **fields).status == 200
    token = admin.token()
    assert nobody.send(path, fields | {"csrf": token}).status == 401
    assert admin.send(path, fields | {"csrf": "wrong"}).status == 403
    refused = admin.send(path, fields | {"csrf": token}, Origin="https://elsewhere.example")
    assert refused.status == 403
    assert not refused.access_tokens


def test_an_observer_is_told_from_others_who_hide(admin: Visitor, room: str, join: Join) -> None:
    mark = {"livekit-dashboard.observer": "<b>ann</b>"}
    join(room, "dashboard-observer-1", attributes=mark, hidden=True)
    join(room, "boaster", attributes=mark)
    join(room, "hider", hidden=True)
    page = admin.get(room_path(room) + "?observers=1")
    assert page.text.count("observer of the dashboard") == 1
    assert page.all("span", title="Watched by <b>ann</b>")


def test_quality_stays_on_from_page_to_page_of_the_list(
    admin: Visitor, room: str, join: Join
) -> None:
    join(room, "ada", audio=True)
    join(room, "bob")
    page = admin.get(room_path(room) + "?quality=1&q=ada")
    assert page.all("input", type="hidden", name="quality", value="1")
    assert [t["data-quality-of"] for t in page.all("span") if "data-quality-of" in t] == ["ada"]
    assert page.all("a", href=room_path(room) + "?q=ada")
    assert admin.get(room_path(room) + "?quality=yes").status == 422
