"""What the overview checked: named on the page, bounded in calls, and never more than was done."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from livekit import api

from app.services.server.attention.snapshot import CALLS
from dev.stack import Stack
from tests.routes.conftest import Busy, Counted, Start
from tests.routes.server.panels import attention
from tests.support.asking import asker
from tests.support.dashboard import managing
from tests.support.fault import Relay
from tests.support.visitor import Visitor

PARTS = "rooms , egress , ingress , dispatches , inbound trunks , dispatch rules , clock"


@pytest.fixture
def fresh() -> Iterator[Stack]:
    """A server on which nothing has happened yet."""
    with Stack() as running:
        yield running


def test_all_clear_needs_every_check(fresh: Stack, start_dashboard: Start) -> None:
    visitor, livekit = start_dashboard(**managing(fresh)).visitor(), asker(fresh)
    said = attention(visitor.get("/")).text
    assert "Needs attention All clear" in said
    assert f"Checked: {PARTS} ." in said
    assert "Not checked" not in said
    for number in range(3):
        livekit("room.create_room", api.CreateRoomRequest(name=f"room {number}"))
    page = attention(visitor.get("/"))
    assert "All clear" not in page.text
    assert "Needs attention No problem found" in page.text
    assert "dispatches in 2 of 3 rooms" in page.text
    rest = "Not checked: dispatches in 1 room (LiveKit lists them one room at a time)."
    assert rest in page.text
    assert page.all("a", href="/agents")
    without_sip = start_dashboard(**managing(fresh), enable_sip=False).visitor()
    said = attention(without_sip.get("/")).text  # the calls for SIP are free for dispatches
    assert "All clear" in said
    assert "Not set up: inbound trunks , dispatch rules (ENABLE_SIP is off" in said


def test_it_costs_at_most_eight_calls_at_any_number_of_rooms(
    counted: Counted, make_room: Callable[..., str], busy: Busy
) -> None:
    fixed = [
        "Health",
        "ListEgress",
        "ListIngress",
        "ListRooms",
        "ListSIPDispatchRule",
        "ListSIPInboundTrunk",
    ]
    for more in (0, 30):
        for _ in range(more):
            make_room()
        for path in ("/", "/?partial=1", "/?rooms=longest"):
            page, on_the_wire = counted.get(path)
            assert page.status == 200
            assert sorted(page.calls) == sorted([*fixed, "ListDispatch", "ListDispatch"])
            assert len(page.calls) == CALLS == 8
            assert on_the_wire == CALLS - 1  # the clock is a plain GET


def test_a_clock_skew_is_a_finding_and_an_unknown_clock_is_not_checked(
    relay: Relay, start_dashboard: Start
) -> None:
    visitor = start_dashboard(livekit_url=relay.url).visitor()
    relay.shift = timedelta(minutes=10)
    said = attention(visitor.get("/"))
    assert "Warning LiveKit's clock is 10 min ahead" in said.text
    assert said.all("a", href="/settings")
    relay.drop()
    relay.shift = timedelta(minutes=-2)
    assert "Failed LiveKit's clock is 2 min behind" in attention(visitor.get("/")).text


def test_without_redis_egress_and_ingress_are_not_set_up(bare: Visitor) -> None:
    page = bare.get("/")
    said = attention(page)
    assert "couldn't be checked" not in said.text
    assert "Not set up: egress , ingress , inbound trunks , dispatch rules" in said.text
    assert "(Set redis.address in LiveKit's configuration)." in said.text
    for label in ("Calls", "Egress", "Ingress"):
        assert f"{label} \u2013 Not set up" in page.text
    assert bare.get("/egress").status == 200


def test_one_list_that_fails_is_named_and_never_all_clear(
    fresh: Stack, start_dashboard: Start
) -> None:
    visitor = start_dashboard(**managing(fresh)).visitor()
    assert "All clear" in attention(visitor.get("/")).text
    fresh.redis.stop()
    page = visitor.get("/")
    said = attention(page).text
    assert "All clear" not in said
    assert "Not checked:" in said


def test_an_outage_names_everything_as_not_checked(relay: Relay, start_dashboard: Start) -> None:
    visitor = start_dashboard(livekit_url=relay.url).visitor()
    relay.close()
    for path in ("/", "/?partial=1"):
        page = visitor.get(path)
        assert page.status == 503
        said = attention(page).text
        assert "Needs attention Nothing could be checked" in said
        assert "Not checked: rooms , egress , ingress , dispatches" in said
        assert "(LiveKit is unreachable)." in said
        assert "Failed" not in said
