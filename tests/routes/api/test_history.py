"""/api/v1/sessions, /calls and /egress/history: filters, pages, masks and what is inferred."""

from collections.abc import Callable

import pytest

from tests.routes.api.conftest import call, items, problem
from tests.support import history as rows
from tests.support.dashboard import Dashboard
from tests.support.stores import Databases
from tests.support.tokens import give_token, program
from tests.support.visitor import Visitor


@pytest.fixture(scope="module")
def kept(databases: Databases, start_dashboard: Callable[..., Dashboard]) -> Dashboard:
    """A dashboard with three sessions, on each database."""
    url = databases.new()
    first = rows.session("RM_1", "standup", participants=2, peak=2)
    second = rows.session("RM_2", "standup", started_at=rows.minutes(5), ended_inferred=True)
    third = rows.session("RM_3", "townhall", started_at=rows.minutes(9), ended_at=None)
    people = [
        rows.connection("PA_1", first, "ada", name="Ada"),
        rows.connection("PA_2", first, "bob", joined_at=rows.minutes(1), aborted=True),
        rows.connection("PA_3", first, "ada", joined_at=rows.minutes(2)),
        rows.connection("PA_4", third, "ada"),
    ]
    table = {
        rows.SESSIONS: [first, second, third],
        rows.CONNECTIONS: people,
        rows.CALLS: [rows.call("SCL_1"), rows.call("SCL_2", direction="outbound")],
        rows.EGRESS_JOBS: [rows.egress("EG_1", first)],
    }
    rows.keep(url, table)
    return start_dashboard(database_url=url, enable_sip=True)


@pytest.fixture(scope="module")
def root(kept: Dashboard) -> Visitor:
    """A program that may do everything a token may."""
    return program(kept, give_token(kept, "admin"))


@pytest.fixture(scope="module")
def viewer(kept: Dashboard) -> Visitor:
    """A program that may not see personal data."""
    return program(kept, give_token(kept, "viewer"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["RM_3", "RM_2", "RM_1"]),
        ({"room": "standup"}, ["RM_2", "RM_1"]),
        ({"room": "*hall"}, ["RM_3"]),
        ({"identity": "ada"}, ["RM_3", "RM_1"]),
        ({"identity": "bob", "room": "town*"}, []),
        ({"since": rows.minutes(5).isoformat()}, ["RM_3", "RM_2"]),
        ({"until": rows.minutes(5).isoformat()}, ["RM_1"]),
    ],
)
def test_sessions(root: Visitor, query: dict[str, str], expected: list[str]) -> None:
    found = items(root, "/sessions", limit=1, **query)
    assert [each["sid"] for each in found] == expected


def test_a_session_says_what_is_inferred(root: Visitor) -> None:
    first, second, third = (
        call(root, "GET", f"/sessions/RM_{number}").response.json() for number in (1, 2, 3)
    )
    assert (first["inferred"], first["duration"], first["end_reason"]) == (
        False,
        3600.0,
        "idle_timeout",
    )
    assert (second["inferred"], second["ended_inferred"]) == (True, True)
    assert (third["ended_at"], third["end_reason"], third["duration"]) == (None, None, None)
    problem(call(root, "GET", "/sessions/RM_9"), 404)
    problem(call(root, "GET", "/sessions/RM_9/participants"), 404)


def test_who_was_in_it(root: Visitor) -> None:
    found = items(root, "/sessions/RM_1/participants", limit=2)
    assert [each["sid"] for each in found] == ["PA_1", "PA_2", "PA_3"]
    assert found[0]["identity"] == "ada"
    assert (found[1]["aborted"], found[1]["kind"], found[1]["reason"]) == (
        True,
        "standard",
        "client_initiated",
    )


def test_persons_and_numbers_are_masked(viewer: Visitor) -> None:
    people = items(viewer, "/sessions/RM_1/participants")
    assert [each["identity"] for each in people] == [
        "Participant 1",
        "Participant 2",
        "Participant 1",
    ]
    assert {each["name"] for each in people} == {""}
    assert {each["from_number"] for each in items(viewer, "/calls")} == {"Number 1"}
    problem(call(viewer, "GET", "/sessions?identity=ada"), 403)
    problem(call(viewer, "GET", "/calls?number=%2B15550142111"), 403)


def test_calls(root: Visitor) -> None:
    found = items(root, "/calls", limit=1, number="+15550142111")
    assert {each["call_id"] for each in found} == {"SCL_1", "SCL_2"}
    assert {each["talked"] for each in found} == {None}
    assert [each["call_id"] for each in items(root, "/calls", direction="outbound")] == ["SCL_2"]


def test_egress_that_livekit_has_forgotten(root: Visitor) -> None:
    (job,) = items(root, "/egress/history", room="standup")
    assert (job["id"], job["status"], job["session"]) == ("EG_1", "complete", "RM_1")


@pytest.mark.parametrize(
    "query", ["since=5", "until=yesterday", "cursor=WyJhIiwxXQ", "cursor=WzFd"]
)
def test_bad_values_are_refused(root: Visitor, query: str) -> None:
    problem(call(root, "GET", f"/sessions?{query}"), 422)
