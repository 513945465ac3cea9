"""Wrong passwords are counted by address and by user; past the limit sign-ins are paused."""

import ipaddress
import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from app.errors import TooManyTries

USER_FACTOR = 5


class SignInLimit:
    """Counts wrong sign-ins of the last minute in this process.

    One address has `tries` a minute. One user name has five times that over all addresses; who
    already signed in with this browser is not held up by it, so nobody can lock the operator out.
    """

    def __init__(self, tries: int) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._by_address = RateLimitItemPerMinute(tries)
        self._by_user = RateLimitItemPerMinute(tries * USER_FACTOR)

    def check(self, address: str, user: bytes, known: bool) -> None:
        """Raise TooManyTries while the address, or the user on an unknown browser, is paused."""
        self._check(self._by_address, "address", _network(address))
        if not known:
            self._check(self._by_user, "user", user.hex())

    def count(self, address: str, user: bytes) -> None:
        """Note one wrong sign-in."""
        self._window.hit(self._by_address, "address", _network(address))
        self._window.hit(self._by_user, "user", user.hex())

    def _check(self, item: RateLimitItemPerMinute, *key: str) -> None:
        if not self._window.test(item, *key):
            reset = self._window.get_window_stats(item, *key).reset_time
            raise TooManyTries(max(1, math.ceil(reset - time.time())))


def _network(address: str) -> str:
    """Give the address, for IPv6 its /64: one customer has that many to try from."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if ip.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return address
