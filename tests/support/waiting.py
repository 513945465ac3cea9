"""Waiting for what comes true a moment later; LiveKit's own counts lag by up to 5 s."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(look: Callable[[], T], seconds: float = 30.0) -> T:
    """Return the first true result of `look`; fail with the last one after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"not so within {seconds:g} s; last seen: {found!r}"
        time.sleep(0.05)
    return found
