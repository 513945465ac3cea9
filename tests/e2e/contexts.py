"""Contexts of the one Chromium, signed in: one is kept for an address, others are a test's own."""

from base64 import b64encode
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.e2e.watch import TELL_VIOLATIONS
from tests.support.dashboard import PASSWORD

# What a browser sends once it was asked. With http_credentials Playwright asks about each request
# and keeps no cache, which doubles the time; test_signing_in.py has the real thing.
SIGNED_IN = {"Authorization": "Basic " + b64encode(f"admin:{PASSWORD}".encode()).decode()}
PATIENCE_MS = 30_000
MOST_KEPT = 6  # contexts; no test opens as many dashboards
WIDE = ViewportSize(width=1280, height=800)
NARROW = ViewportSize(width=360, height=740)


class Contexts:
    """Makes contexts, and keeps those that nothing sets apart: to start one takes half a second."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._keepers: dict[str, Page] = {}

    def make(self, origin: str, **options: Any) -> BrowserContext:
        """Make a context with any option."""
        usual = {
            "base_url": origin,
            "extra_http_headers": SIGNED_IN,
            "viewport": WIDE,
            "color_scheme": "light",
            "locale": "en-GB",
            "reduced_motion": "reduce",
        }
        context = self._browser.new_context(**{**usual, **options})
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(TELL_VIOLATIONS)
        return context

    def kept(self, origin: str) -> BrowserContext:
        """Return the usual context of an address, as new but for static files that it has."""
        keeper = self._keepers.pop(origin, None)
        if keeper is None:
            # a page that refreshes nothing, so that the context is never without one
            keeper = self.make(origin).new_page()
            keeper.goto("/logout")
        self._keepers[origin] = keeper  # as the last
        if len(self._keepers) > MOST_KEPT:  # of a dashboard that has probably ended
            self._keepers.pop(next(iter(self._keepers))).context.close()
        return keeper.context

    def clean(self, origin: str) -> None:
        """Leave nothing of a test in the kept context: no page, cookie, storage or permission."""
        keeper = self._keepers[origin]
        for page in keeper.context.pages:
            if page != keeper:
                page.close()
        keeper.evaluate("localStorage.clear()")
        keeper.context.clear_cookies()
        keeper.context.clear_permissions()
        keeper.context.set_offline(False)
