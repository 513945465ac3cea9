"""Changes to accounts. Each is one transaction, in which it is checked who may do it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.errors import Conflict
from app.services.accounts import links, sessions
from app.services.accounts.accounts import Account, NameTaken, create_within, name_taken
from app.services.accounts.factors import factors
from app.services.accounts.links import NewLink
from app.services.accounts.names import folded, is_reserved, normal
from app.services.accounts.powers import Powers, changing, check_others, check_role, target
from app.services.accounts.states import LinkKind
from app.store.schema import USERS
from app.store.store import Store


class NoEffect(Conflict):
    """The account is as it was asked to be, or can't be so."""

    title = "The account doesn't permit this now"
    advice = "Nothing was changed. Open the account again."


@dataclass(frozen=True, slots=True)
class Change:
    """An account as it was before a change, how many sessions it ended, and how many links."""

    before: Account
    sessions: int = 0
    links: int = 0


async def invite(
    store: Store, powers: Powers, name: str, role: str, *, email: str = "", by: str
) -> tuple[int, NewLink]:
    """Create an account without a password, and return its number and its invitation.

    Raises NameTaken, Invalid for an unknown role, MoreThanYours and StoreError.
    """
    check_name(powers, name)
    async with changing(store) as connection:
        await check_role(connection, powers, role)
        number = await create_within(connection, name, role, email=email)
        return number, await links.make_within(connection, number, LinkKind.INVITATION, by)


async def add(
    store: Store, powers: Powers, name: str, role: str, *, password_hash: str, email: str = ""
) -> int:
    """Create an account with a password, and return its number. Raises as `invite` does."""
    check_name(powers, name)
    async with changing(store) as connection:
        await check_role(connection, powers, role)
        return await create_within(connection, name, role, password_hash=password_hash, email=email)


async def edit(
    store: Store, powers: Powers, number: int, *, name: str, email: str, role: str | None = None
) -> Change:
    """Change name, e-mail address and role, if one is given. Links are void if the role changes.

    Sessions go on with the permissions of the new role. Raises NotFound, NameTaken, Invalid for an
    unknown role, MoreThanYours, LastAdministrator and StoreError.
    """
    async with changing(store) as connection:
        account = await target(connection, powers, number)
        if folded(name) != folded(account.name):
            check_name(powers, name)
        voided, role = 0, account.role if role is None else role
        if role != account.role:
            await check_role(connection, powers, role)
            await check_others(connection, account)
            voided = await links.void_within(connection, number)
        values = {"name": normal(name), "folded": folded(name), "email": email, "role": role}
        try:
            await _update(connection, number, values)
        except IntegrityError:
            raise name_taken(name) from None
        return Change(account, links=voided)


async def set_role(store: Store, powers: Powers, number: int, role: str) -> Change:
    """Change the role only. Raises as `edit` does."""
    async with changing(store) as connection:
        account = await target(connection, powers, number)
        await check_role(connection, powers, role)
        if role == account.role:
            return Change(account)
        await check_others(connection, account)
        voided = await links.void_within(connection, number)
        await _update(connection, number, {"role": role})
        return Change(account, links=voided)


async def disable(store: Store, powers: Powers, number: int) -> Change:
    """Let nobody sign in with an account: sessions end, and links are void.

    Raises NotFound, MoreThanYours, LastAdministrator, NoEffect and StoreError.
    """
    async with changing(store) as connection:
        account = await target(connection, powers, number)
        if account.disabled:
            raise NoEffect(f"{account.name} is disabled already.")
        await check_others(connection, account)
        await _update(connection, number, {"disabled": datetime.now(UTC)})
        return await _ended(connection, account)


async def enable(store: Store, powers: Powers, number: int) -> Change:
    """Let people sign in with an account again, with the password and role that it had.

    Raises NotFound, MoreThanYours, NoEffect and StoreError.
    """
    async with changing(store) as connection:
        account = await target(connection, powers, number)
        if not account.disabled:
            raise NoEffect(f"{account.name} isn't disabled.")
        await _update(connection, number, {"disabled": None})
        return Change(account)


async def remove(store: Store, powers: Powers, number: int) -> Change:
    """Delete an account, with all that belongs to it; the audit keeps the name.

    Raises NotFound, MoreThanYours, LastAdministrator and StoreError.
    """
    async with changing(store) as connection:
        account = await target(connection, powers, number)
        await check_others(connection, account)
        ended = await _ended(connection, account)
        await connection.execute(delete(USERS).where(USERS.c.id == number))
        return ended


async def end_sessions(store: Store, powers: Powers, number: int) -> Change:
    """End all sessions of an account. Raises NotFound, MoreThanYours and StoreError."""
    async with changing(store) as connection:
        account = await target(connection, powers, number)
        return Change(account, await sessions.end_all_within(connection, number))


async def reset_factors(store: Store, powers: Powers, number: int) -> Change:
    """Remove the second factors of an account, whose person lost them, and end its sessions.

    Raises NotFound, MoreThanYours and StoreError.
    """
    async with changing(store) as connection:
        account = await target(connection, powers, number)
        return Change(account, await factors.reset_within(connection, number))


async def new_link(store: Store, powers: Powers, number: int, by: str) -> tuple[Account, NewLink]:
    """Make a link by which a password is chosen, and return it with the account.

    It is an invitation as long as nobody could sign in. The old password works until the link is
    used. Raises NotFound, MoreThanYours, NoEffect for a disabled account, and StoreError.
    """
    async with changing(store) as connection:
        account = await target(connection, powers, number)
        if account.disabled:
            raise NoEffect(f"{account.name} is disabled.", advice="Enable the account first.")
        kind = LinkKind.RESET if account.can_sign_in else LinkKind.INVITATION
        return account, await links.make_within(connection, number, kind, by)


async def set_password(store: Store, powers: Powers, number: int, password_hash: str) -> Account:
    """Set a password; sessions end, and links are void. Raises NotFound and StoreError."""
    async with changing(store) as connection:
        account = await target(connection, powers, number)
        await links.set_password_within(connection, number, password_hash)
        return account


async def _ended(connection: AsyncConnection, account: Account) -> Change:
    ended = await sessions.end_all_within(connection, account.id)
    return Change(account, ended, await links.void_within(connection, account.id))


async def _update(connection: AsyncConnection, number: int, values: dict[str, Any]) -> None:
    await connection.execute(update(USERS).where(USERS.c.id == number).values(values))


def check_name(powers: Powers, name: str) -> None:
    """Raise NameTaken for the name of the emergency account, or of a program."""
    if is_reserved(name, powers.emergency):
        taken = f"{normal(name)} is the name of the emergency account, or of a program."
        error = NameTaken(taken)
        error.fields = {"name": "Choose another name."}
        raise error
