"""/webhooks: what was received and refused, what never came, and the lines that set it up."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from app.services.webhooks.feed import MOST_EVENTS
from app.services.webhooks.states import WebhookEvent
from app.store.schema import REPAIRS
from app.store.store import Store
from tests.support.dashboard import Dashboard
from tests.support.stores import Databases, in_store
from tests.support.visitor import Seen
from tests.support.waiting import until
from tests.support.webhooks import body_of, deliver, event, send, signature

FEED = "/webhooks"
HOSTILE = '<img src=x onerror="alert(1)">\u202eroom'


def rows(page: Seen) -> str:
    """Return the words of the part that lists what was received."""
    return page.text.partition("Received")[2].partition("Add these lines")[0]


def test_nothing_yet_begins_with_the_set_up(fresh: Dashboard) -> None:
    page = fresh.visitor().get(FEED)
    assert page.status == 200
    assert "No events yet" in page.text
    assert page.text.index("Add these lines") < page.text.index("Received")
    assert "The dashboard has been counting for" in page.text
    assert "without a database, nothing is kept over a restart" in page.text
    assert page.calls == []


def test_the_lines_are_what_livekit_reads(fresh: Dashboard) -> None:
    page = fresh.visitor().get(FEED)
    copied = [t["data-copy"] for _, t in page.tags if "data-copy" in t]
    (lines,) = [text for text in copied if text.startswith("webhook:")]
    key = fresh.settings.livekit_api_key
    assert lines.splitlines() == [
        "webhook:",
        f"  api_key: {key}",
        "  urls:",
        f"    - {fresh.url}/hooks/livekit",
    ]
    assert "Only this machine reaches" in page.text


def test_public_url_is_in_the_lines(start_dashboard: Callable[..., Dashboard]) -> None:
    dashboard = start_dashboard(public_url="https://dash.example.com/livekit")
    page = dashboard.visitor().get(FEED)
    assert "- https://dash.example.com/livekit/hooks/livekit" in page.html
    assert "Only this machine reaches" not in page.text


def test_what_was_received_is_shown_by_event(fresh: Dashboard) -> None:
    first = event("room_started", room={"name": HOSTILE, "sid": "RM_feed"})
    late = event("room_finished", room={"name": "b"}, createdAt=str(int(time.time()) - 3700))
    unsaid = event("participant_waved", createdAt="0")
    for content in (first, first, late, unsaid):
        assert deliver(fresh, content).status_code == 200
    page = fresh.visitor().get(FEED)
    listed = rows(page)
    assert "Last event" in page.text
    assert "1 duplicate" in listed
    assert "1 h 1 min" in listed
    assert "not said" in listed
    assert "participant_waved unknown" in listed
    assert "<img src=x" not in page.html
    never = page.text.partition("Never received:")[2]
    assert "ingress_started" in never
    assert "room_started" not in never
    assert page.text.index("Received") < page.text.index("Add these lines")


def test_what_is_remembered_is_bounded(start_dashboard: Callable[..., Dashboard]) -> None:
    dashboard = start_dashboard()
    for number in range(MOST_EVENTS + 5):
        deliver(dashboard, event(f"invented_{number}"))
    page = dashboard.visitor().get(FEED)
    assert "invented_54" in page.text
    assert "invented_4 " not in page.text
    assert len(dashboard.app.state.received.feed().rows) == MOST_EVENTS


def test_the_store_shows_what_all_instances_received(stored: Dashboard) -> None:
    room = {"name": "feed-a", "sid": "RM_a"}
    for kind in ("room_started", "room_finished", "tomorrow_event"):
        content = event(kind, room=room)
        for _ in range(2):
            assert deliver(stored, content).status_code == 200
    other = Dashboard(
        **{
            name: getattr(stored.settings, name)
            for name in ("livekit_url", "livekit_api_key", "livekit_api_secret", "database_url")
        }
    ).start()
    try:
        page = other.visitor().get(FEED)
    finally:
        other.stop()
    listed = rows(page)
    for kind in ("room_started", "room_finished", "tomorrow_event"):
        assert kind in listed
    assert "3 duplicates" in listed
    assert "nothing is kept" not in page.text
    assert str(WebhookEvent.INGRESS_ENDED) in page.text.partition("Never received:")[2]


def test_refused_webhooks_are_shown(fresh: Dashboard) -> None:
    body = body_of(event("room_started"))
    for _ in range(2):
        send(fresh, body, signature(body, "APIother", "x" * 40))
    send(fresh, body, signature(body, fresh.settings.livekit_api_key, "z" * 40))
    page = fresh.visitor().get(FEED)
    listed = page.text.partition("Refused")[2]
    assert "unknown API key" in listed
    assert "APIother 127.0.0.1 127.0.0.1 2 " in listed  # one of them only on a phone
    assert "wrong secret" in listed


def test_refused_webhooks_reach_the_store(
    start_dashboard: Callable[..., Dashboard], databases: Databases
) -> None:
    url = databases.new()
    first, second = start_dashboard(database_url=url), start_dashboard(database_url=url)
    body = body_of(event("room_started"))
    for dashboard in (first, second):
        for _ in range(3):
            send(dashboard, body, signature(body, "APIboth\0", "x" * 40))
    visitor = second.visitor()

    def both() -> bool:
        return "127.0.0.1 6 " in visitor.get(FEED).text

    until(both, 15)


def test_what_no_webhook_reported_is_shown(
    start_dashboard: Callable[..., Dashboard], databases: Databases
) -> None:
    url = databases.new()
    now = datetime.now(UTC)
    days = {"session.opened": 1, "session.closed": 2, "track.reopened": 6, "egress.closed": 8}

    async def repair(store: Store) -> None:
        async with store.write() as connection:
            for number, (kind, ago) in enumerate(days.items(), 3):
                at = now - timedelta(days=ago)
                row = {"server": "default", "at": at, "kind": kind, "number": number}
                await connection.execute(insert(REPAIRS).values(row))

    dashboard = start_dashboard(database_url=url)
    assert "Nothing. History is compared" in dashboard.visitor().get(FEED).text
    in_store(url, repair)
    listed = dashboard.visitor().get(FEED).text.partition("Repaired in history")[2]
    assert "Session 3 4 0 1 d ago" in listed
    assert "Track 0 0 5 6 d ago" in listed
    assert "Egress" not in listed.partition("Set up LiveKit")[0]


@pytest.mark.parametrize("token", [None, "zebra"])
def test_a_request_without_a_key_is_shown(fresh: Dashboard, token: str | None) -> None:
    send(fresh, b"{}", token)
    page = fresh.visitor().get(FEED)
    assert ("not a token" if token else "no token") in page.text


def test_only_those_who_are_signed_in(fresh: Dashboard) -> None:
    assert fresh.visitor(username=None).get(FEED).status == 401
