"""/api/v1/webhooks: the feed, and the stored events."""

from collections.abc import Callable

import pytest

from tests.routes.api.conftest import call, items, problem
from tests.support.dashboard import Dashboard
from tests.support.stores import Databases
from tests.support.tokens import give_token, program
from tests.support.waiting import until
from tests.support.webhooks import body_of, deliver, event, send, signature


@pytest.fixture(scope="module")
def stored(databases: Databases, start_dashboard: Callable[..., Dashboard]) -> Dashboard:
    """A dashboard that has received some webhooks, on each of the databases."""
    dashboard = start_dashboard(database_url=databases.new())
    for number in range(5):
        person = {"identity": f"person-{number}", "sid": f"PA_{number}"}
        room = {"name": "api", "sid": "RM_api"}
        deliver(dashboard, event("participant_joined", room=room, participant=person))
    content = event("room_finished", room={"name": "api"}, createdAt="0")
    assert [deliver(dashboard, content).status_code for _ in range(3)] == [200] * 3
    send(dashboard, body_of(content), signature(body_of(content), "APIother", "x" * 40))
    return dashboard


def test_the_feed_says_how_webhooks_arrive(stored: Dashboard) -> None:
    viewer = program(stored, give_token(stored, "viewer"))
    until(lambda: call(viewer, "GET", "/webhooks/feed").response.json()["refused"], 15)
    feed = call(viewer, "GET", "/webhooks/feed").response.json()
    assert [row["event"] for row in feed["events"]] == ["room_finished", "participant_joined"]
    assert feed["events"][0]["delay"] is None
    assert feed["events"][0]["duplicates"] == 2
    assert (feed["counted"], feed["duplicates"]) == (6, 2)
    assert 0 <= feed["median_delay"] <= feed["longest_delay"] < 60
    assert "egress_ended" in feed["never"]
    (refused,) = feed["refused"]
    assert (refused["reason"], refused["issuer"], refused["times"]) == (
        "unknown_key",
        "APIother",
        1,
    )


def test_events_are_followed_from_the_newest(stored: Dashboard) -> None:
    support = program(stored, give_token(stored, "support"))
    for limit in (1, 2, 200):
        found = items(support, "/webhooks/events", event="participant_joined", limit=limit)
        assert [each["identity"] for each in found] == [f"person-{n}" for n in (4, 3, 2, 1, 0)]
    (one,) = items(support, "/webhooks/events", identity="person-3")
    assert (one["resource"], one["room_sid"], one["is_test"]) == ("PA_3", "RM_api", False)
    problem(call(support, "GET", "/webhooks/events?cursor=zebra"), 422)


def test_identities_need_their_permission(stored: Dashboard) -> None:
    viewer = program(stored, give_token(stored, "viewer"))
    found = items(viewer, "/webhooks/events", event="participant_joined", identity="person-3")
    assert len(found) == 5
    assert {each["identity"] for each in found} == {None}
