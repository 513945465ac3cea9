"""Browsers with an open page: they load it, then poll its live part at the refresh interval."""

import asyncio
import html
import itertools
import random
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import aiohttp

from app.text.paths import room_path
from benchmarks.browser import Browser, Reply
from benchmarks.dashboard import Dashboard

REFRESH = 5.0  # the default of REFRESH_SECONDS
VISIT = 24  # refreshes before the page is reloaded
LIVE = re.compile(r'<div id="live" data-hx-get="([^"]+)".*? data-hx-ptag="([^"]*)"')
NO_ANSWER = 0  # in place of a status code
# how many of 100 browsers have each page open; the rest have room pages open
SHARES = {
    "/": 14,
    "/rooms": 20,
    "/rooms?q=room&sort=-participants": 4,
    "/egress": 8,
    "/ingress": 6,
    "/sip/calls": 6,
    "/sip/trunks": 4,
    "/sip/rules": 4,
    "/agents": 6,
    "/search?q=room": 4,
    "/settings": 2,
    "/doctor": 2,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of a request by `who`; times are monotonic, in seconds."""

    who: str
    what: str
    status: int
    began: float
    ended: float

    @property
    def failed(self) -> bool:
        """True for a 5xx status or no response."""
        return self.status >= 500 or self.status == NO_ANSWER


class Journal:
    """The outcomes of all requests."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []

    async def record(
        self, who: str, what: str, send: Callable[[], Awaitable[Reply]]
    ) -> Reply | None:
        """Send a request and record its outcome; returns None without a response."""
        began = time.monotonic()
        reply = None
        with suppress(aiohttp.ClientError, TimeoutError, OSError):
            reply = await send()
        status = reply.status if reply else NO_ANSWER
        self.answers.append(Answer(who, what, status, began, time.monotonic()))
        return reply


class Poller:
    """A browser with one open page, its own session cookie and its own connection."""

    def __init__(self, dashboard: Dashboard, journal: Journal, who: str, path: str) -> None:
        self._dashboard = dashboard
        self._journal = journal
        self._who = who
        self._path = path
        self._what = "/rooms/{room}" if path.startswith("/rooms/") else path
        self._poll: str | None = None
        self._ptag = ""

    async def run(self, ended: asyncio.Event) -> None:
        """Keep the page open until the end, polling at a fixed rate as htmx does."""
        async with Browser(self._dashboard) as browser:
            turn = time.monotonic() + random.uniform(0, REFRESH)  # noqa: S311
            for number in itertools.count():
                if await over(ended, turn - time.monotonic()):
                    return
                if number % VISIT == 0 or not self._poll:
                    await self._open(browser)
                else:
                    await self._refresh(browser, self._poll)
                # skip the polls that came due while waiting for a response
                while turn <= time.monotonic():
                    turn += REFRESH

    async def _open(self, browser: Browser) -> None:
        reply = await self._journal.record(
            self._who, self._what, lambda: browser.try_to_get(self._path)
        )
        live = LIVE.search(reply.text) if reply else None
        self._poll, self._ptag = (html.unescape(live[1]), live[2]) if live else (None, "")

    async def _refresh(self, browser: Browser, poll: str) -> None:
        headers = {"HX-Request": "true", "HX-PTag": self._ptag}
        what = f"{self._what} (poll)"
        reply = await self._journal.record(
            self._who, what, lambda: browser.try_to_get(poll, headers)
        )
        if reply and reply.ptag:
            self._ptag = reply.ptag


async def over(ended: asyncio.Event, seconds: float) -> bool:
    """Wait up to this many seconds; return whether the run has ended."""
    try:
        async with asyncio.timeout(max(seconds, 0)):
            await ended.wait()
    except TimeoutError:
        return False
    return True


def pollers(
    dashboard: Dashboard, journal: Journal, count: int, rooms: Sequence[str]
) -> list[Poller]:
    """Return `count` browsers, on the pages in SHARES and on the pages of `rooms`."""
    shared = [path for path, share in SHARES.items() for _ in range(share * count // 100)]
    of_rooms = itertools.cycle(room_path(room) for room in rooms)
    paths = shared + list(itertools.islice(of_rooms, count - len(shared)))
    return [
        Poller(dashboard, journal, f"browser {number}", path) for number, path in enumerate(paths)
    ]
