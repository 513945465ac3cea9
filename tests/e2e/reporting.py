"""A LiveKit that reports what happens, and dashboards that learn of it long before they ask."""

from typing import Any

from playwright.sync_api import Page

from dev.ports import free_ports
from dev.stack import Stack
from tests.support.dashboard import Dashboard, managing
from tests.support.webhooks import HOOK, deliver, event

SLOW = 60  # seconds between two refreshes: what shows sooner was reported
SOON_MS = 1_000


class Reporting:
    """A LiveKit that sends its webhooks to one port, where a dashboard may or may not be."""

    def __init__(self) -> None:
        (self.port,) = free_ports(1)
        self.stack = Stack(redis=False, webhooks=f"http://127.0.0.1:{self.port}{HOOK}")

    def dashboard(self, **settings: Any) -> Dashboard:
        """Return a dashboard to which the webhooks come, not yet started."""
        own = {"refresh_seconds": SLOW, "port": self.port, **managing(self.stack)}
        return Dashboard(**own | settings)


def says(page: Page) -> Any:
    """Return what the top bar says about updates."""
    return page.locator("[data-refresh-label]")


def deliver_change(dashboard: Dashboard) -> None:
    """Send the dashboard a webhook about some room."""
    room = {"name": "busy", "sid": "RM_busy"}
    assert deliver(dashboard, event("track_published", room=room)).status_code == 200
