"""Accounts as a list for programs, by their numbers, without what proves who somebody is."""

from collections.abc import Sequence

from app.services.accounts.accounts import Account, account_of, query
from app.services.accounts.names import folded
from app.services.audit.writing import storable
from app.store.schema import USERS
from app.store.store import Store


async def after(
    store: Store, number: int, limit: int, *, q: str = "", role: str = ""
) -> tuple[Sequence[Account], int | None]:
    """Return the accounts after a number, and the number of the last one if more follow.

    `q` is part of their name, `role` their role; empty for any. Raises StoreError.
    """
    rows = query().where(USERS.c.id > number).order_by(USERS.c.id).limit(limit + 1)
    if text := folded(storable(q)):
        rows = rows.where(USERS.c.folded.contains(text, autoescape=True))
    if role:
        rows = rows.where(USERS.c.role == storable(role))
    async with store.read() as connection:
        found = [account_of(row) for row in (await connection.execute(rows)).mappings()]
    shown = found[:limit]
    return shown, shown[-1].id if len(found) > limit else None
