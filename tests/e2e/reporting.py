"""A LiveKit that reports what happens, and dashboards that learn of it long before they ask."""

from typing import Any

from playwright.sync_api import Page

from dev.ports import free_ports
from dev.stack import Stack
from tests.support.dashboard import Dashboard, managing
from tests.support.waiting import until
from tests.support.webhooks import HOOK, deliver, event

SLOW = 60  # seconds between two refreshes: what shows sooner was reported
SOON = 1.0  # seconds within which a change shows
# The page itself notes when: Playwright looks again after 100, 250, 500 and then 1000 ms only.
SHOWN = """text => {
  window.shownAt = 0;
  new MutationObserver((_, observer) => {
    if (!document.querySelector("main").innerText.includes(text)) return;
    window.shownAt = Date.now();
    observer.disconnect();
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
CHANGED = """() => {
  window.changedAt = 0;
  document.addEventListener("changed", () => { window.changedAt = Date.now() }, { once: true });
}"""


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


def moment(page: Page, name: str) -> float:
    """Wait until the page has noted `shownAt` or `changedAt`; return it as a timestamp."""
    return float(until(lambda: page.evaluate(f"window.{name}"))) / 1000


def deliver_change(dashboard: Dashboard) -> None:
    """Send the dashboard a webhook about some room."""
    room = {"name": "busy", "sid": "RM_busy"}
    assert deliver(dashboard, event("track_published", room=room)).status_code == 200
