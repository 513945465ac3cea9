"""Accounts of people whom a provider knows: linked by issuer and subject, and by nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, islice
from urllib.parse import urlsplit

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from app.errors import Conflict
from app.services.accounts import accounts, names
from app.services.accounts.accounts import Account, NameTaken
from app.store.schema import IDENTITIES, ROLES, USERS
from app.store.store import Store

MOST_NAMES = 50  # that are tried for one person


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as a provider describes them."""

    issuer: str
    subject: str
    name: str  # for a new account; empty if no claim is good as a name
    email: str


class _Linked(Exception):
    """Another request has linked this person meanwhile."""


async def known(store: Store, person: Person) -> Account | None:
    """Return the account that is linked to a person, or None. Raises StoreError."""
    columns = IDENTITIES.c
    whose = (columns.issuer == person.issuer) & (columns.subject == person.subject)
    async with store.read() as connection:
        number = (await connection.execute(select(columns.user_id).where(whose))).scalar()
    return None if number is None else await accounts.by_id(store, number)


async def is_own_role(store: Store, name: str) -> bool:
    """Return whether an administrator made a role of this name. Raises StoreError."""
    async with store.read() as connection:
        found = await connection.execute(select(ROLES.c.name).where(ROLES.c.name == name))
    return found.first() is not None


async def signed_in(store: Store, account: Account, person: Person, role: str | None) -> Account:
    """Write that a person signed in, with the role by their claims, if those decide it.

    Returns the account as it is then. Raises StoreError.
    """
    columns = IDENTITIES.c
    whose = (columns.issuer == person.issuer) & (columns.subject == person.subject)
    async with store.write() as connection:
        used = update(IDENTITIES).where(whose).values(used=datetime.now(UTC))
        await connection.execute(used)
        if role and role != account.role:
            changed = update(USERS).where(USERS.c.id == account.id).values(role=role)
            await connection.execute(changed)
    return await accounts.by_id(store, account.id)


async def create(store: Store, person: Person, role: str, emergency: str) -> Account:
    """Create the account of a person at their first sign-in.

    An account that has the name already is somebody else's: then the issuer's host or a number is
    added, as with reserved names. `emergency` is the name of the emergency account. Raises Conflict
    if no name is free, and StoreError.
    """
    for name in islice(_names(person), MOST_NAMES):
        if names.is_reserved(name, emergency):
            continue
        try:
            return await accounts.by_id(store, await _created(store, person, name, role))
        except NameTaken:
            continue
        except _Linked:
            account = await known(store, person)
            if account:
                return account
            raise Conflict("The account was deleted at the same moment.") from None
    raise Conflict(f"All names like {person.name} are taken.")


async def _created(store: Store, person: Person, name: str, role: str) -> int:
    async with store.write() as connection:
        number = await accounts.create_within(connection, name, role, email=person.email)
        now = datetime.now(UTC)
        values = {
            "user_id": number,
            "issuer": person.issuer,
            "subject": person.subject,
            "created": now,
            "used": now,
        }
        try:
            await connection.execute(insert(IDENTITIES).values(values))
        except IntegrityError:
            raise _Linked from None
    return number


def _names(person: Person) -> Iterator[str]:
    """Yield names for an account, the best first."""
    host = urlsplit(person.issuer).hostname or "provider"
    name = person.name or f"Person from {host}"
    yield name
    cut = name[: names.LONGEST - len(host) - 10]
    if person.name:
        yield f"{cut} ({host})"
    yield from (f"{cut} {number}" for number in count(2))
