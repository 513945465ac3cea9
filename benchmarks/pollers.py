"""Browsers with a page open: the page once, then its live part as often as the page asks for it."""

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

REFRESH = 5.0  # REFRESH_SECONDS as it is by default
VISIT = 24  # refreshes until somebody opens the page anew
LIVE = re.compile(r'<div id="live" data-hx-get="([^"]+)".*? data-hx-ptag="([^"]*)"')
NO_ANSWER = 0  # in place of a status
# how many of a hundred browsers have it open; the rest are on the pages of rooms
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
    """What one request came to; times in seconds of the monotonic clock, `who` is the browser."""

    who: str
    what: str
    status: int
    began: float
    ended: float

    @property
    def failed(self) -> bool:
        """Whether it is an error of the server's side, or none came at all."""
        return self.status >= 500 or self.status == NO_ANSWER


class Journal:
    """Every answer that any browser had."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []

    async def noted(self, who: str, what: str, ask: Callable[[], Awaitable[Reply]]) -> Reply | None:
        """Ask, and write down what came of it; None where no answer came."""
        began = time.monotonic()
        reply = None
        with suppress(aiohttp.ClientError, TimeoutError, OSError):
            reply = await ask()
        status = reply.status if reply else NO_ANSWER
        self.answers.append(Answer(who, what, status, began, time.monotonic()))
        return reply


class Poller:
    """One browser with one page open: a session cookie, a connection and a poll of its own."""

    def __init__(self, dashboard: Dashboard, journal: Journal, who: str, path: str) -> None:
        self._dashboard = dashboard
        self._journal = journal
        self._who = who
        self._path = path
        self._what = "/rooms/{room}" if path.startswith("/rooms/") else path
        self._poll: str | None = None
        self._ptag = ""

    async def run(self, ended: asyncio.Event) -> None:
        """Stay on the page until the end, polling at a fixed rate as htmx does."""
        async with Browser(self._dashboard) as browser:
            turn = time.monotonic() + random.uniform(0, REFRESH)  # noqa: S311
            for number in itertools.count():
                if await over(ended, turn - time.monotonic()):
                    return
                if number % VISIT == 0 or not self._poll:
                    await self._open(browser)
                else:
                    await self._refresh(browser, self._poll)
                # an answer that is still awaited when the next one is due: that one is left out
                while turn <= time.monotonic():
                    turn += REFRESH

    async def _open(self, browser: Browser) -> None:
        reply = await self._journal.noted(
            self._who, self._what, lambda: browser.try_to_get(self._path)
        )
        live = LIVE.search(reply.text) if reply else None
        self._poll, self._ptag = (html.unescape(live[1]), live[2]) if live else (None, "")

    async def _refresh(self, browser: Browser, poll: str) -> None:
        headers = {"HX-Request": "true", "HX-PTag": self._ptag}
        what = f"{self._what} (poll)"
        reply = await self._journal.noted(
            self._who, what, lambda: browser.try_to_get(poll, headers)
        )
        if reply and reply.ptag:
            self._ptag = reply.ptag


async def over(ended: asyncio.Event, seconds: float) -> bool:
    """Wait that long at most; whether it is the end."""
    try:
        async with asyncio.timeout(max(seconds, 0)):
            await ended.wait()
    except TimeoutError:
        return False
    return True


def pollers(
    dashboard: Dashboard, journal: Journal, count: int, rooms: Sequence[str]
) -> list[Poller]:
    """Give that many browsers, on pages as SHARES says and on those of `rooms`."""
    shared = [path for path, share in SHARES.items() for _ in range(share * count // 100)]
    of_rooms = itertools.cycle(room_path(room) for room in rooms)
    paths = shared + list(itertools.islice(of_rooms, count - len(shared)))
    return [
        Poller(dashboard, journal, f"browser {number}", path) for number, path in enumerate(paths)
    ]
