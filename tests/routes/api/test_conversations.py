"""/api/v1/conversations: filters, pages, masks, and the items of one, whose reading is audited."""

from collections.abc import Callable

import pytest

from tests.routes.api.conftest import call, items, problem
from tests.support import conversations as talks
from tests.support.dashboard import Dashboard
from tests.support.history import keep, minutes
from tests.support.stores import Databases
from tests.support.tokens import give_token, program
from tests.support.visitor import Visitor

PLACE = "/conversations"


@pytest.fixture(scope="module")
def kept(databases: Databases, start_dashboard: Callable[..., Dashboard]) -> Dashboard:
    """A dashboard with three conversations, on each database."""
    url = databases.new()
    first = talks.conversation(
        "AJ_1", caller="amara", caller_kind="SIP", call="SCL_1", dispatch="AD_1", errors=1
    )
    second = talks.conversation(
        "AJ_2",
        agent="sales",
        started_at=minutes(5),
        ended_at=minutes(9),
        ended_inferred=True,
        outcome="fail",
        response_p50=1_200 * talks.MILLISECOND,
    )
    third = talks.conversation("AJ_3", room="townhall", started_at=minutes(9), ended_at=None)
    lines = [
        talks.line(first, 2, "It was shipped.", role="assistant", response=1_500_000),
        talks.line(first, 1, "Where is my <b>order</b>?", interrupted=True),
        talks.line(first, 3, '{"id": 1}', kind="function_call", role="", name="track", call="c1"),
        talks.line(first, 4, "lost", kind="function_call_output", role="", call="c1", failed=True),
        talks.line(first, 5, "Be kind", kind="agent_config_update", role="", details='{"a": [1]}'),
    ]
    table = {
        talks.CONVERSATIONS: [first, second, third],
        talks.CONVERSATION_ITEMS: lines,
        talks.CONVERSATION_TAGS: [talks.tagged(first, f"tag-{number}") for number in range(6)],
        talks.CONVERSATION_USAGE: [talks.used(second, "gpt-4o")],
    }
    keep(url, table)
    return start_dashboard(database_url=url)


@pytest.fixture(scope="module")
def root(kept: Dashboard) -> Visitor:
    """A program that may do everything a token may."""
    return program(kept, give_token(kept, "admin"))


@pytest.fixture(scope="module")
def masked(kept: Dashboard) -> Visitor:
    """A program that may read conversations, and not see who was in them."""
    return program(kept, give_token(kept, "support", ["conversations.read"]))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["AJ_3", "AJ_2", "AJ_1"]),
        ({"q": "order"}, ["AJ_1"]),
        ({"agent": "sales"}, ["AJ_2"]),
        ({"room": "*hall"}, ["AJ_3"]),
        ({"room_sid": "RM_AJ_2"}, ["AJ_2"]),
        ({"dispatch_id": "AD_1"}, ["AJ_1"]),
        ({"call_id": "SCL_1"}, ["AJ_1"]),
        ({"caller": "amara"}, ["AJ_1"]),
        ({"tag": "tag-5"}, ["AJ_1"]),
        ({"model": "gpt-4o"}, ["AJ_2"]),
        ({"outcome": "fail"}, ["AJ_2"]),
        ({"errors": "true"}, ["AJ_1"]),
        ({"running": "true"}, ["AJ_3"]),
        ({"since": minutes(5).isoformat()}, ["AJ_3", "AJ_2"]),
        ({"until": minutes(5).isoformat()}, ["AJ_1"]),
    ],
)
def test_the_list(root: Visitor, query: dict[str, str], expected: list[str]) -> None:
    found = items(root, PLACE, limit=1, **query)
    assert [each["job_id"] for each in found] == expected


def test_what_is_said_of_one(root: Visitor) -> None:
    first, second, third = (
        call(root, "GET", f"{PLACE}/AJ_{number}").response.json() for number in (1, 2, 3)
    )
    assert (first["duration"], first["ended_inferred"], first["tags"][-1]) == (
        600.0,
        False,
        "tag-5",
    )
    assert (first["caller"], first["call_id"], first["outcome"]) == ("amara", "SCL_1", None)
    assert (second["ended_inferred"], second["response_p50"], second["outcome"]) == (
        True,
        1.2,
        "fail",
    )
    assert (third["ended_at"], third["duration"], third["items"]) == (None, None, [])


def test_items_are_in_order(root: Visitor) -> None:
    found = call(root, "GET", f"{PLACE}/AJ_1").response.json()
    heard, said, called, result, changed = found["items"]
    assert (heard["role"], heard["text"], heard["interrupted"]) == (
        "user",
        "Where is my <b>order</b>?",
        True,
    )
    assert (said["role"], said["response"], said["playback"]) == ("assistant", 1.5, None)
    assert (called["kind"], called["name"], called["text"]) == (
        "function_call",
        "track",
        '{"id": 1}',
    )
    assert (result["call_id"], result["failed"], result["text"]) == ("c1", True, "lost")
    assert changed["details"] == {"a": [1]}
    assert found["more_items"] is False


@pytest.mark.parametrize(("most", "number"), [(0, 1), (60, 3), (10_000, 5)])
def test_items_have_a_bounded_length_together(
    root: Visitor, monkeypatch: pytest.MonkeyPatch, most: int, number: int
) -> None:
    monkeypatch.setattr("app.services.conversations.lists.items.MOST_TEXT", most)
    found = call(root, "GET", f"{PLACE}/AJ_1").response.json()
    assert len(found["items"]) == number
    assert found["more_items"] == (number < 5)


def test_each_reading_is_audited(root: Visitor) -> None:
    before = len(items(root, "/audit", area="conversation"))
    for _ in range(2):
        call(root, "GET", f"{PLACE}/AJ_1")
    assert len(items(root, "/audit", area="conversation")) == before + 2


def test_callers_are_masked(masked: Visitor) -> None:
    found = items(masked, PLACE)
    assert [each["caller"] for each in found] == ["", "", "Caller 1"]
    assert call(masked, "GET", f"{PLACE}/AJ_1").response.json()["caller"] == "Caller 1"
    problem(call(masked, "GET", f"{PLACE}?caller=amara"), 403)


def test_what_is_refused(root: Visitor, kept: Dashboard) -> None:
    problem(call(root, "GET", f"{PLACE}/AJ_9"), 404)
    problem(call(root, "GET", f"{PLACE}?outcome=odd"), 422)
    problem(call(root, "GET", f"{PLACE}?agnet=x"), 422)
    viewer = program(kept, give_token(kept, "viewer"))
    problem(call(viewer, "GET", PLACE), 403)
    problem(call(viewer, "GET", f"{PLACE}/AJ_1"), 403)
