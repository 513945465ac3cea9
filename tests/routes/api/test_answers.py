"""What all operations share: problems, sign-in, CSRF, the limit of requests, and outages."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from dev.stack import Stack
from tests.routes.api.conftest import call, problem
from tests.support.dashboard import PASSWORD, Dashboard, managing
from tests.support.people import signed_in
from tests.support.tokens import give_token, program
from tests.support.visitor import Seen, Visitor

BEARER = 'Bearer realm="LiveKit Dashboard"'
LEFT = re.compile(r'"default";r=(\d+);t=(\d+)')


def remaining(seen: Seen) -> tuple[int, int]:
    """Return how many requests are left, and the seconds until there are more."""
    found = LEFT.fullmatch(seen.headers["ratelimit"])
    assert found, seen.headers["ratelimit"]
    return int(found[1]), int(found[2])


@pytest.mark.parametrize("path", ["/nope", "", "/rooms/a/b", "/rooms/", "/docs"])
def test_an_unknown_path_is_a_problem(root: Visitor, served: Dashboard, path: str) -> None:
    for visitor in (root, served.visitor(username=None)):
        told = problem(call(visitor, "GET", path), 404)
        assert told["type"] == "urn:livekit-dashboard:problem:no-such-page"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_another_method_is_a_problem(root: Visitor, method: str) -> None:
    seen = call(root, method, "/rooms")
    assert problem(seen, 405)["type"] == "about:blank"
    assert seen.headers["allow"] == "GET, HEAD, POST"


def test_a_body_that_nobody_reads_is_refused(root: Visitor, viewer: Visitor) -> None:
    told = problem(call(root, "GET", "/rooms", {"q": "x"}), 400)
    assert told["detail"] == "This operation takes no body."
    problem(call(viewer, "GET", "/audit", {"q": "x"}), 403)


def test_a_parameter_that_doesnt_exist_is_refused(root: Visitor) -> None:
    for method, path in (("GET", "/egress?stat=failed"), ("DELETE", "/rooms/x?force=1")):
        told = problem(call(root, method, path), 422)
        assert "There is no parameter" in told["detail"]
    known = "It has cursor, limit, q, room, status, type."
    assert known in problem(call(root, "GET", "/egress?stat=failed"), 422)["detail"]


def test_without_a_token_it_asks_for_one(served: Dashboard) -> None:
    for headers in ({}, {"Accept": "text/html"}, {"Sec-Fetch-Mode": "navigate"}):
        nobody = served.visitor(username=None)
        seen = nobody.get("/api/v1/rooms", headers=headers)
        problem(seen, 401)
        assert seen.headers["www-authenticate"] == BEARER
        assert "set-cookie" not in seen.headers


@pytest.mark.parametrize("secret", ["lkd_" + "a" * 40, "x"])
def test_a_wrong_token_is_said_to_be_invalid(served: Dashboard, secret: str) -> None:
    nobody = served.visitor(username=None)
    seen = nobody.get("/api/v1/rooms", headers={"Authorization": f"Bearer {secret}"})
    told = problem(seen, 401)
    assert seen.headers["www-authenticate"] == f'{BEARER}, error="invalid_token"'
    assert told["type"] == "urn:livekit-dashboard:problem:invalid-token"


def test_a_token_leaves_no_cookie(root: Visitor) -> None:
    seen = call(root, "GET", "/rooms")
    assert seen.status == 200
    assert "set-cookie" not in seen.headers
    assert seen.headers["cache-control"] == "no-store"


def test_a_session_reads_and_writes_only_with_a_csrf_token(
    served: Dashboard, make_room: Callable[..., str]
) -> None:
    owner = give_token(served, "operator").owner
    person = signed_in(served, owner)
    room = make_room()
    assert call(person, "GET", f"/rooms/{room}").status == 200
    told = problem(call(person, "DELETE", f"/rooms/{room}", Origin=served.url), 403)
    assert told["type"] == "urn:livekit-dashboard:problem:token-refused"
    token = person.token()
    foreign = {"X_CSRF_Token": token, "Origin": "https://evil.example"}
    problem(call(person, "DELETE", f"/rooms/{room}", **foreign), 403)
    own = {"X_CSRF_Token": token, "Origin": served.url}
    assert call(person, "DELETE", f"/rooms/{room}", **own).status == 204
    person.close()


def test_another_site_may_not_ask(root: Visitor, served: Dashboard) -> None:
    person = signed_in(served, give_token(served).owner)
    for visitor in (root, person):
        headers = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "cors"}
        told = problem(call(visitor, "GET", "/rooms", **headers), 403)
        assert told["type"] == "urn:livekit-dashboard:problem:origin-refused"
    person.close()


def test_the_password_of_the_emergency_account_reads(served: Dashboard) -> None:
    admin = served.visitor(password=PASSWORD)
    assert admin.get("/api/v1/audit").status == 200
    problem(call(admin, "DELETE", "/rooms/x"), 403)


def test_there_is_no_api_without_a_store(admin: Visitor) -> None:
    for path in ("/api", "/api/v1/rooms", "/api/v1/openapi.json"):
        seen = admin.get(path)
        assert (seen.status, seen.headers["content-type"]) == (404, "text/html; charset=utf-8")


def test_each_token_has_so_many_requests(
    start_dashboard: Callable[..., Dashboard], tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/dashboard.db"
    few = start_dashboard(database_url=url, api_requests_per_minute=3)
    one, other = program(few, give_token(few, "admin")), program(few, give_token(few))
    for left in (2, 1, 0):
        seen = call(one, "GET", "/openapi.json")
        assert seen.status == 200
        assert seen.headers["ratelimit-policy"] == '"default";q=3;w=60'
        shown, seconds = remaining(seen)
        assert shown == left
        assert 0 < seconds <= 60
    for method in ("GET", "DELETE"):
        seen = call(one, method, "/rooms/x")
        told = problem(seen, 429)
        assert told["type"] == "urn:livekit-dashboard:problem:too-many-requests"
        assert 0 < int(seen.headers["retry-after"]) <= 60
        assert remaining(seen)[0] == 0
    assert one.get("/rooms").status == 200  # pages are not counted
    refused = call(other, "GET", "/audit")
    assert remaining(refused)[0] == 2
    problem(refused, 403)


def test_an_outage_of_livekit_is_a_problem_with_its_status(
    start_dashboard: Callable[..., Dashboard], served: Dashboard
) -> None:
    lost = start_dashboard(database_url=served.settings.stored_in, livekit_url="ws://127.0.0.1:9")
    root = program(lost, give_token(lost, "admin"))
    for method, path in (("GET", "/rooms"), ("GET", "/participants"), ("DELETE", "/rooms/x")):
        told = problem(call(root, method, path), 503)
        assert told["type"] == "urn:livekit-dashboard:problem:unavailable"
        assert told["advice"]
    assert call(root, "GET", "/audit").status == 200


def test_a_part_without_redis_is_a_problem(
    bare_stack: Stack, start_dashboard: Callable[..., Dashboard], tmp_path: Path
) -> None:
    bare = start_dashboard(
        **managing(bare_stack), database_url=f"sqlite:///{tmp_path}/dashboard.db"
    )
    root = program(bare, give_token(bare, "admin"))
    seen: Seen = call(root, "GET", "/egress")
    assert seen.headers["content-type"] == "application/problem+json"
    assert seen.status >= 400
