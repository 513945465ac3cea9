"""One-time links: an invitation, or a password reset. The link has a key, the store its hash."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.errors import DashboardError
from app.services.accounts import sessions
from app.services.accounts.powers import changing
from app.services.accounts.states import LinkKind
from app.store.schema import LINKS, USERS
from app.store.store import Store
from app.text.paths import SIGN_IN

LIFETIME = timedelta(hours=24)

_columns = LINKS.c


class LinkGone(DashboardError):
    """The link was used, has expired, or was replaced; nobody learns which."""

    status = 410
    title = "This link isn't valid any more"
    advice = "Ask an administrator for a new one. If you have chosen a password already, sign in."

    def __init__(self) -> None:
        super().__init__("It was used, it is older than 24 hours, or a newer one replaced it.")
        self.links = (("Sign in", SIGN_IN),)


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link as it is shown once: its key is nowhere else."""

    kind: LinkKind
    key: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that is still good, and the account that it is for."""

    user_id: int
    name: str
    expires: datetime


async def make_within(
    connection: AsyncConnection, user_id: int, kind: LinkKind, made_by: str
) -> NewLink:
    """Make a link in a transaction; the account's older ones are void."""
    now = datetime.now(UTC)
    link = NewLink(kind, secrets.token_urlsafe(32), now + LIFETIME)
    values = {
        "user_id": user_id,
        "kind": kind,
        "hash": sessions.hashed(link.key),
        "created": now,
        "expires": link.expires,
        "made_by": made_by[:200],
    }
    over = or_(_columns.user_id == user_id, _columns.expires <= now)
    await connection.execute(delete(LINKS).where(over))
    await connection.execute(insert(LINKS).values(values))
    return link


async def void_within(connection: AsyncConnection, user_id: int) -> int:
    """Make all links of an account void, and return how many were still good."""
    now = datetime.now(UTC)
    good = (_columns.user_id == user_id) & _columns.used.is_(None) & (_columns.expires > now)
    voided = await connection.execute(delete(LINKS).where(good))
    await connection.execute(delete(LINKS).where(_columns.user_id == user_id))
    return voided.rowcount


async def check(store: Store, kind: LinkKind, key: str) -> OpenLink:
    """Return a link that is still good, and change nothing: mail scanners open links.

    Raises LinkGone and StoreError.
    """
    joined = LINKS.join(USERS, USERS.c.id == _columns.user_id)
    found = (
        select(_columns.user_id, USERS.c.name, _columns.expires)
        .select_from(joined)
        .where(
            _columns.hash == sessions.hashed(key),
            _columns.kind == kind,
            _columns.used.is_(None),
            _columns.expires > datetime.now(UTC),
            USERS.c.disabled.is_(None),
        )
    )
    async with store.read() as connection:
        row = (await connection.execute(found)).first()
    if row is None:
        raise LinkGone
    return OpenLink(row.user_id, row.name, row.expires)


async def use(store: Store, kind: LinkKind, key: str, password_hash: str) -> int:
    """Set the account's password by its link, end its sessions, and return its number.

    Of several requests at the same time, one gets the link. Raises LinkGone and StoreError.
    """
    now = datetime.now(UTC)
    enabled = select(USERS.c.id).where(USERS.c.disabled.is_(None))
    claim = (
        update(LINKS)
        .where(
            _columns.hash == sessions.hashed(key),
            _columns.kind == kind,
            _columns.used.is_(None),
            _columns.expires > now,
            _columns.user_id.in_(enabled),
        )
        .values(used=now)
        .returning(_columns.user_id)
    )
    async with changing(store) as connection:
        number = (await connection.execute(claim)).scalar()
        if number is None:
            raise LinkGone
        await set_password_within(connection, number, password_hash)
    return int(number)


async def set_password_within(connection: AsyncConnection, number: int, password_hash: str) -> None:
    """Set a password in a transaction; sessions and links of before it end."""
    changed = update(USERS).where(USERS.c.id == number).values(password_hash=password_hash)
    await connection.execute(changed)
    await sessions.end_all_within(connection, number)
    await void_within(connection, number)
