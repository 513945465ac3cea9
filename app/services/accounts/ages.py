"""How old something may be that one instance dated and another one checks."""

import time

SKEW = 60  # seconds by which the clocks of instances may differ; Fernet allows as many


def is_recent(began: float, lifetime: float) -> bool:
    """Return whether a moment, in seconds since 1970, is at most `lifetime` seconds ago.

    It may seem to be in the future, because an instance whose clock is ahead dated it, or because
    this machine's clock was set back.
    """
    return -SKEW <= time.time() - began <= lifetime
