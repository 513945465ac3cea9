"""What people change of their own accounts."""

import json
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.errors import Invalid
from app.services import preferences
from app.services.accounts import links
from app.services.accounts.accounts import Account, AccountChanged, NameTaken, unchanged
from app.services.accounts.control import check_name
from app.services.accounts.names import folded, normal
from app.services.accounts.powers import Powers
from app.services.preferences import MOST_BYTES, Preferences
from app.store.schema import USERS
from app.store.store import Store


async def rename(store: Store, powers: Powers, account: Account, name: str) -> None:
    """Change the name of an account. Raises NameTaken and StoreError."""
    if folded(name) != folded(account.name):
        check_name(powers, name)
    values = {"name": normal(name), "folded": folded(name)}
    try:
        async with store.write() as connection:
            await connection.execute(update(USERS).where(USERS.c.id == account.id).values(values))
    except IntegrityError:
        raise NameTaken(f"There is already an account with the name {values['name']}.") from None


async def set_password_within(
    connection: AsyncConnection, account: Account, password_hash: str
) -> None:
    """Change a password in a transaction; the account's sessions end, and links are void.

    Raises AccountChanged if it isn't any more what `account` says.
    """
    same = select(USERS.c.id).where(USERS.c.id == account.id, unchanged(account)).with_for_update()
    if (await connection.execute(same)).scalar() is None:
        raise AccountChanged
    await links.set_password_within(connection, account.id, password_hash)


async def change_preferences(
    store: Store, number: int, change: Callable[[Preferences], Preferences]
) -> None:
    """Change an account's preferences; changes of two browsers don't undo each other.

    Raises Invalid if they are too large to keep, and StoreError.
    """
    whose = USERS.c.id == number
    async with store.write() as connection:
        found = await connection.execute(select(USERS.c.preferences).where(whose).with_for_update())
        current = preferences.read(json.loads(found.scalar_one()))
        changed = change(current).as_json()
        if len(changed) > MOST_BYTES:
            raise Invalid("An account keeps no more preferences. Delete some saved views first.")
        await connection.execute(update(USERS).where(whose).values(preferences=changed))


def with_browser(name: str, value: str) -> Callable[[Preferences], Preferences]:
    """Return the change that keeps what a script remembers; an empty value forgets it."""

    def change(current: Preferences) -> Preferences:
        others = {n: v for n, v in current.browser.items() if n != name}
        return replace(current, browser=others | ({name: value} if value else {}))

    return change
