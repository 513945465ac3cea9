"""How many requests a minute a program may send to the API; counted in each process."""

import math
import time
from collections import OrderedDict
from dataclasses import dataclass

from starlette.requests import Request

from app.errors import TooManyTries
from app.security import origin
from app.security.addresses import client_address, network
from app.security.authentication import visitor
from app.security.roles import User

WINDOW = 60  # seconds
MOST_KEYS = 10_000


class TooManyRequests(TooManyTries):
    """The program sent more requests than API_REQUESTS_PER_MINUTE; `seconds` until the next."""

    title = "Too many requests"

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.reason = "This token or user has used up its requests of this minute."
        self.advice = f"Wait {seconds} s, then continue more slowly."


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a quota, and the seconds until it is whole again; below 0 is too many."""

    limit: int
    requests: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """The headers about it (draft-ietf-httpapi-ratelimit-headers-10)."""
        return {
            "RateLimit-Policy": f'"default";q={self.limit};w={WINDOW}',
            "RateLimit": f'"default";r={max(0, self.requests)};t={self.seconds}',
        }


class Quota:
    """Counts requests by key, in windows of a minute that begin with a key's first request."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()  # the oldest first

    def take(self, key: str) -> Left:
        """Count a request."""
        now = time.monotonic()
        began, count = self._windows.get(key, (now, 0))
        if now - began >= WINDOW:
            began, count = now, 0
        self._windows[key] = began, count + 1
        if not count:
            self._windows.move_to_end(key)
        self._forget(now)
        seconds = math.ceil(began + WINDOW - now)
        return Left(self._limit, self._limit - count - 1, seconds)

    def _forget(self, now: float) -> None:
        while self._windows:
            key, (began, _) = next(iter(self._windows.items()))
            if now - began < WINDOW and len(self._windows) <= MOST_KEYS:
                return
            del self._windows[key]


async def take(request: Request) -> Left | None:
    """Count a request, by its token, or else by user and address.

    None if it will be rejected anyway: its guard says why. Raises TooManyRequests.
    """
    if not origin.is_allowed(request, request.app.state.settings):
        return None
    user = await visitor(request)
    if user is None:
        return None
    quota: Quota = request.app.state.quota
    left = request.state.quota = quota.take(_key(request, user))
    if left.requests < 0:
        raise TooManyRequests(left.seconds)
    return left


def _key(request: Request, user: User) -> str:
    if user.token:
        return f"token {user.token.id}"
    return f"user {user.name}\0{network(client_address(request))}"
