"""When somebody was in a session, and how many were there at one time."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import accumulate

Span = tuple[datetime, datetime | None]  # None is still there


def presence(joins: Iterable[tuple[str, datetime, datetime | None]]) -> Iterator[Span]:
    """Yield when each identity was there: connections that overlap are one, as in a reconnect."""
    since: datetime | None = None
    until: datetime | None = None
    identity = ""
    for who, joined, left in sorted(joins, key=lambda join: join[:2]):
        if since is not None and who == identity and (until is None or joined <= until):
            until = None if until is None or left is None else max(until, left)
            continue
        if since is not None:
            yield since, until
        identity, since, until = who, joined, left
    if since is not None:
        yield since, until


def steps(spans: Iterable[Span]) -> list[tuple[datetime, int]]:
    """Return how many were there from which moment on."""
    changes: dict[datetime, int] = defaultdict(int)
    for since, until in spans:
        changes[since] += 1
        if until is not None:
            changes[until] -= 1
    return list(
        zip(sorted(changes), accumulate(changes[at] for at in sorted(changes)), strict=True)
    )
