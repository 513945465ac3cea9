"""What the reconciler repaired in history, because no webhook had reported it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import REPAIRS
from app.store.store import Store

SHOWN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Repaired:
    """How often the start or the end of a kind of thing was missed, or reported too early.

    `kind` is what the reconciler calls it, such as "session".
    """

    kind: str
    opened: int
    closed: int
    reopened: int
    last_at: datetime


async def lately(store: Store, server: str = DEFAULT_SERVER) -> list[Repaired]:
    """Return what was repaired within SHOWN, by kind. Raises StoreError."""
    rows = REPAIRS.c
    query = (
        select(rows.kind, func.sum(rows.number), func.max(rows.at))
        .where(rows.server == server, rows.at >= datetime.now(UTC) - SHOWN)
        .group_by(rows.kind)
    )
    numbers: defaultdict[str, dict[str, int]] = defaultdict(dict)
    last: dict[str, datetime] = {}
    async with store.read() as connection:
        for kind, number, at in await connection.execute(query):
            thing, _, how = kind.partition(".")
            numbers[thing][how] = int(number)
            last[thing] = max(last.get(thing, at), at)
    return [
        Repaired(
            thing,
            found.get("opened", 0),
            found.get("closed", 0),
            found.get("reopened", 0),
            last[thing],
        )
        for thing, found in sorted(numbers.items())
    ]
