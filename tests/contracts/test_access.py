"""Access: every route and method answers each visitor as its declaration says."""

from app.security.accounts.guards import EntryGuard
from app.security.guards import ActionGuard
from tests.contracts.conftest import IDENTITY, Answered, Walk, declared
from tests.contracts.surface import METHODS, Place
from tests.support.dashboard import Dashboard
from tests.support.visitor import Visitor


def test_every_route_answers_as_declared(walked: list[Answered]) -> None:
    wrong = [f"{a}, not {declared(a)}" for a in walked if a.seen.status != declared(a)]
    assert wrong == []


def test_the_walk_saw_everything(walked: list[Answered], surface: list[Place]) -> None:
    assert len(surface) >= 20
    by_who = {a.who for a in walked}
    assert by_who == {"nobody", "scraper", "admin", "reader", "wrong", "without", "foreign"}
    assert sum(a.who == "nobody" for a in walked) == len(surface) * len(METHODS)
    actions = [m for p in surface for m, g in p.guards.items() if isinstance(g, ActionGuard)]
    assert sum(a.who == "foreign" for a in walked) == len(actions) > 10
    assert {declared(a) for a in walked} == {200, 303, 401, 403, 405, 409, 410, 422}


def test_head_is_answered_as_get_without_the_content(walked: list[Answered]) -> None:
    pages = {a.place.path: a.seen for a in walked if (a.who, a.method) == ("admin", "GET")}
    heads = {a.place.path: a.seen for a in walked if (a.who, a.method) == ("admin", "HEAD")}
    assert heads.keys() == pages.keys()
    for path, head in heads.items():
        assert (head.status, head.html) == (pages[path].status, ""), path
        got = pages[path].headers
        assert head.headers.get("content-type") == got.get("content-type"), path


def test_a_method_that_is_not_taken_is_named(walked: list[Answered]) -> None:
    refused = [a for a in walked if a.seen.status == 405]
    assert refused
    for answered in refused:
        taken = {*answered.place.guards, *answered.place.falls_to}
        named = set(answered.seen.headers["allow"].split(", "))
        assert named == taken | ({"HEAD"} if "GET" in taken else set()), str(answered)


def test_nobody_gets_neither_token_nor_navigation(walked: list[Answered]) -> None:
    for answered in walked:
        if answered.who == "nobody" and not isinstance(answered.place.action, EntryGuard):
            assert answered.seen.csrf == "", str(answered)
            assert "x-csrf-token" not in answered.seen.headers, str(answered)
            assert answered.seen.all("nav") == [], str(answered)


def test_nothing_was_done_by_those_refused(walk: Walk) -> None:
    assert walk.after.status == 200
    assert IDENTITY in walk.after.text
    assert "Microphone, live" in walk.after.html
    assert "Microphone, muted" not in walk.after.html


def test_a_path_without_a_route_is_404_for_all(admin: Visitor, nobody: Visitor) -> None:
    for path in ("/nope", "/rooms/", "/docs/", "/openapi.json", "/redoc", "/rooms/a/nope"):
        assert admin.get(path).status == 404, path
        page = nobody.get(path)
        assert page.status == 404, path
        assert page.csrf == ""
        assert page.all("nav") == []


def test_the_dashboard_speaks_no_web_socket(dashboard: Dashboard, admin: Visitor) -> None:
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    assert admin.get("/nope", headers=upgrade).status in {403, 404}
