"""What a browser has to complain about: none of it may happen unless a test says that it must."""

import re
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Request, WebError

from tests.support.leaks import LEAKS

# Browsers print violations too, but not each of them, and not in one wording.
TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`), true);
"""

Event = Literal["console", "weberror", "dialog", "request"]


@dataclass
class Watch:
    """The complaints of all pages of one test."""

    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    _listening: list[tuple[BrowserContext, Event, Any]] = field(default_factory=list)

    def expect(self, *patterns: str) -> None:
        """Let complaints that match a pattern pass; there must be one for each pattern."""
        self.expected += patterns

    def allow(self, *patterns: str) -> None:
        """Let complaints that match a pattern pass; whether there are any is chance."""
        self.allowed += patterns

    def expect_status(self, *statuses: int) -> None:
        """Let the line pass that Chromium prints about an answer of 4xx or 5xx."""
        self.expect(*(f"^error: Failed to load resource: .* status of {n} " for n in statuses))

    def follow(self, context: BrowserContext, origin: str) -> None:
        """Listen to every page that `context` will have, which has TELL_VIOLATIONS."""

        def console(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning", "assert"}:
                self.complaints.append(f"{message.type}: {message.text}")

        def crash(error: WebError) -> None:
            self.complaints.append(f"exception: {error.error}")

        def dialog(box: Dialog) -> None:
            self.complaints.append(f"dialog: {box.message}")
            box.dismiss()

        def request(sent: Request) -> None:
            parts = urlsplit(sent.url)
            host = parts.netloc.rpartition("@")[2]
            if parts.scheme != "data" and f"{parts.scheme}://{host}" != origin:
                self.complaints.append(f"request to another origin: {sent.url}")
            if sent.method == "POST":
                LEAKS.form(sent.post_data or "")

        listeners: dict[Event, Any] = {
            "console": console,
            "weberror": crash,
            "dialog": dialog,
            "request": request,
        }
        for event, listener in listeners.items():
            context.on(event, listener)
            self._listening.append((context, event, listener))

    def leave(self) -> None:
        """Listen no more: somebody else's test comes next."""
        for context, event, listener in self._listening:
            context.remove_listener(event, listener)
        self._listening.clear()

    def check(self) -> None:
        """Fail if there was a complaint that nobody expects, or none that somebody expects."""
        passing = self.expected + self.allowed
        surprises = [c for c in self.complaints if not any(re.search(p, c) for p in passing)]
        assert not surprises, "\n".join(surprises)
        missing = [p for p in self.expected if not any(re.search(p, c) for c in self.complaints)]
        assert not missing, f"none of: {missing}"
