"""The overview with a store: whether webhooks come is checked, and said only if it is certain."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.dashboard import Dashboard
from tests.support.stores import Databases
from tests.support.webhooks import deliver, event

LONG = timedelta(days=4000)  # LiveKit's clock and this one: rooms of the tests are minutes old
SOON = "app.services.server.attention.webhooks.SETTLED"


@pytest.fixture
def stored(start_dashboard: Callable[..., Dashboard], databases: Databases) -> Dashboard:
    """A dashboard with an empty store, that seems to have listened for years."""
    dashboard = start_dashboard(database_url=databases.new())
    dashboard.app.state.received.since = datetime.now(UTC) - LONG
    return dashboard


def test_a_room_without_a_webhook_is_reported_until_one_comes(
    stored: Dashboard, make_room: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_room()
    monkeypatch.setattr(SOON, timedelta(seconds=-5))
    admin = stored.visitor()
    page = admin.get("/")
    assert "No webhooks are received" in page.text
    assert "none has ever come" in page.text
    assert "/webhooks" in [link.get("href") for link in page.all("a")]
    deliver(stored, event("room_started", room={"name": "a", "sid": "RM_a"}))
    page = admin.get("/")
    assert "No webhooks are received" not in page.text
    assert "webhooks" in page.text


def test_nothing_is_checked_without_a_store(admin: object, dashboard: Dashboard) -> None:
    page = dashboard.visitor().get("/")
    assert "No webhooks are received" not in page.text
