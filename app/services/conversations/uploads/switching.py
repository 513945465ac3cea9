"""Switch uploads of a server off and on: agents stop sending after the first refusal."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, select

from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import UPLOADS_OFF
from app.store.store import Store

LONGEST_ACTOR = 200


@dataclass(frozen=True, slots=True)
class SwitchedOff:
    """Since when uploads are off, and who switched them off."""

    since: datetime
    actor: str


async def switched_off(store: Store, server: str = DEFAULT_SERVER) -> SwitchedOff | None:
    """Return since when uploads are off, or None if they are on. Raises StoreError."""
    query = select(UPLOADS_OFF.c.since, UPLOADS_OFF.c.actor).where(UPLOADS_OFF.c.server == server)
    async with store.read() as connection:
        row = (await connection.execute(query)).first()
    return SwitchedOff(*row) if row else None


async def switch_off(store: Store, actor: str, server: str = DEFAULT_SERVER) -> None:
    """Refuse uploads from now on; no change if they are off. Raises StoreError."""
    row = {"server": server, "since": datetime.now(UTC), "actor": actor[:LONGEST_ACTOR]}
    async with store.write() as connection:
        await connection.execute(
            store.dialect.insert(UPLOADS_OFF).values(row).on_conflict_do_nothing()
        )


async def switch_on(store: Store, server: str = DEFAULT_SERVER) -> None:
    """Accept uploads again; no change if they are on. Raises StoreError."""
    async with store.write() as connection:
        await connection.execute(delete(UPLOADS_OFF).where(UPLOADS_OFF.c.server == server))
