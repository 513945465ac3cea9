"""Live updates among the services of the settings page, and what a restart remembers."""

from collections.abc import Callable

from app.live.relays.relay import Relay
from dev.stack import Stack
from tests.support.dashboard import Dashboard, managing
from tests.support.fault import Relay as Wire
from tests.support.stores import Databases
from tests.support.waiting import until
from tests.support.webhooks import deliver, event

ROOM = {"name": "live room", "sid": "RM_live"}


def test_it_says_whether_webhooks_arrive(limited: Callable[..., Dashboard]) -> None:
    dashboard = limited()
    visitor = dashboard.visitor()
    page = visitor.get("/settings")
    assert "No webhook received." in page.text
    assert f"api_key: {dashboard.settings.livekit_api_key}" in page.text
    deliver(dashboard, event("room_started", room=ROOM))
    assert "The last event was" in visitor.get("/settings").text


def test_a_lost_link_is_shown(stack: Stack) -> None:
    wire = Wire(stack.redis_url)
    redis = f"{wire.url.replace('ws:', 'redis:')}/5"
    dashboard = Dashboard(**managing(stack), redis_url=redis).start()
    try:
        relay: Relay = dashboard.app.state.relay
        until(lambda: relay.works)
        visitor = dashboard.visitor()
        assert "Instances are linked through Redis." in visitor.get("/settings").text
        wire.mode = "reset"
        wire.drop()
        until(lambda: relay.problem)
        assert "The link between instances is lost." in visitor.get("/settings").text
    finally:
        dashboard.stop()
        wire.close()


def test_a_restart_remembers_that_webhooks_arrive(stack: Stack, databases: Databases) -> None:
    url = databases.new()
    first = Dashboard(**managing(stack), database_url=url).start()
    deliver(first, event("room_started", room=ROOM))
    deliver(first, event("egress_started", egressInfo={"egressId": "EG_1"}) | {"id": "EV_test_9"})
    first.stop()
    again = Dashboard(**managing(stack), database_url=url).start()
    try:
        assert list(again.app.state.hub.feed.ages()) == ["rooms"]
    finally:
        again.stop()
