"""The sign-in limit: wrong passwords are counted by browser, address and user name."""

import hashlib
import math
import secrets
import time
from collections import OrderedDict

from app.errors import TooManyTries
from app.security.addresses import network

USER_FACTOR = 5
WINDOW = 60.0  # seconds
MOST_KEYS = 10_000


class Tries:
    """The times of the last tries of each key: at most `limit` per minute, for MOST_KEYS keys.

    A key is a digest, so that its size doesn't depend on what was typed. It is dropped a minute
    after its last try, or if newer keys need the space. The library `limits` (5.8) keeps every key
    forever and searches all of them in a new thread for each try.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.times: OrderedDict[bytes, list[float]] = OrderedDict()  # least recent key first
        self._key = secrets.token_bytes(16)

    def wait(self, name: bytes) -> float:
        """Return the seconds until the name may try again; 0 if it may try now."""
        now = time.monotonic()
        self._forget(now)
        times = self.times.get(self._digest(name), [])
        return max(0.0, times[0] + WINDOW - now) if len(times) == self.limit else 0.0

    def count(self, name: bytes) -> None:
        """Count one try of the name."""
        now = time.monotonic()
        digest = self._digest(name)
        times = self.times.setdefault(digest, [])
        times.append(now)
        del times[: -self.limit]
        self.times.move_to_end(digest)
        self._forget(now)

    def _forget(self, now: float) -> None:
        while self.times:
            digest, times = next(iter(self.times.items()))
            if times[-1] + WINDOW > now and len(self.times) <= MOST_KEYS:
                return
            del self.times[digest]

    def _digest(self, name: bytes) -> bytes:
        return hashlib.blake2b(name, digest_size=16, key=self._key).digest()


class SignInLimit:
    """Limits the wrong sign-ins of the last minute in this process.

    An address has `tries` per minute, a user name five times as many over all addresses. A browser
    that has signed in before is counted by its session only: nobody else's tries lock it out.
    """

    def __init__(self, tries: int) -> None:
        self.by_session = Tries(tries)
        self.by_address = Tries(tries)
        self.by_user = Tries(tries * USER_FACTOR)

    def check(self, address: str, user: bytes, session: str | None) -> None:
        """Raise TooManyTries while sign-in is paused; `session` is a known browser's ID."""
        keys = self._keys(address, user, session)
        if wait := max(tries.wait(name) for tries, name in keys):
            raise TooManyTries(math.ceil(wait))

    def count(self, address: str, user: bytes, session: str | None) -> None:
        """Count one wrong sign-in."""
        for tries, name in self._keys(address, user, session):
            tries.count(name)

    def _keys(self, address: str, user: bytes, session: str | None) -> list[tuple[Tries, bytes]]:
        if session is not None:
            return [(self.by_session, session.encode())]
        return [(self.by_address, network(address).encode()), (self.by_user, user)]
