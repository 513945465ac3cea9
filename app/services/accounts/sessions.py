"""Sessions: one for each browser that is signed in. The cookie has its key, the store its hash."""

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, RowMapping, delete, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.accounts.accounts import COLUMNS, Account, AccountChanged, account_of
from app.services.accounts.states import SignIn
from app.services.livekit.enums import Newer
from app.store.schema import ROLES, USER_SESSIONS, USERS
from app.store.store import Store

SEEN_EVERY = timedelta(minutes=1)
LONGEST_AGENT = 300
MOST = 100  # a person's newest sessions; older ones end

_columns = USER_SESSIONS.c


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts: without a request, and in all."""

    idle: timedelta
    absolute: timedelta


@dataclass(frozen=True, slots=True)
class Place:
    """Where a session is: the address, and the browser as its User-Agent header says."""

    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class Session:
    """A session; `sealed` is encrypted, and is what signing out at a provider needs."""

    id: int
    user_id: int | None
    method: SignIn | Newer
    created: datetime
    seen: datetime
    expires: datetime
    address: str
    agent: str
    sealed: str


@dataclass(frozen=True, slots=True)
class Verified:
    """A session that is still good, and whose it is; None for the emergency account."""

    session: Session
    account: Account | None


def hashed(key: str) -> str:
    """Return the hash of a key that is long and random: such a key needs no slow hash."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


async def start(
    store: Store,
    user_id: int | None,
    method: SignIn,
    place: Place,
    limits: Limits,
    sealed: str = "",
    *,
    former: str = "",
    only_if: ColumnElement[bool] | None = None,
    first: Callable[[AsyncConnection], Awaitable[None]] | None = None,
) -> str:
    """Start a session, and return its key; the session of the key `former` ends.

    `first` is done before, in the same transaction. Raises AccountChanged if the account isn't
    `only_if` any more: the password may have been changed while the old one was checked. Raises
    StoreError.
    """
    key = secrets.token_urlsafe(32)
    now = datetime.now(UTC)
    values = {
        "user_id": user_id,
        "hash": hashed(key),
        "method": method,
        "created": now,
        "seen": now,
        "expires": now + limits.absolute,
        "address": place.address[:64],
        "agent": place.agent[:LONGEST_AGENT],
        "sealed": sealed,
    }
    ended = over(now, limits) | (_columns.hash == hashed(former))
    async with store.write() as connection:
        if first:
            await first(connection)
        if user_id is not None:  # accounts are locked before sessions, everywhere
            same = true() if only_if is None else only_if
            whose = update(USERS).where(USERS.c.id == user_id, same).values(seen=now)
            if not (await connection.execute(whose)).rowcount:
                raise AccountChanged
        await connection.execute(delete(USER_SESSIONS).where(ended))
        await connection.execute(insert(USER_SESSIONS).values(values))
        if user_id is not None:
            await _end_oldest(connection, user_id)
    return key


async def verify(store: Store, key: str, limits: Limits) -> Verified | None:
    """Return the session of a key; None if it has ended, or its account is disabled."""
    joined = USER_SESSIONS.outerjoin(USERS, USERS.c.id == _columns.user_id).outerjoin(
        ROLES, ROLES.c.name == USERS.c.role
    )
    found = select(USER_SESSIONS, *COLUMNS).select_from(joined).where(_columns.hash == hashed(key))
    async with store.read() as connection:
        row = (await connection.execute(found)).mappings().first()
    if row is None:
        return None
    session = _session(row)
    now = datetime.now(UTC)
    if session.expires <= now or session.seen + limits.idle <= now:
        return None
    account = None if session.user_id is None else account_of(row)
    return None if account and account.disabled else Verified(session, account)


async def touch(store: Store, session: Session) -> None:
    """Write that a session is in use; at most once a minute, because each write costs."""
    now = datetime.now(UTC)
    async with store.write() as connection:
        if session.user_id is not None:  # first, as everywhere: else two could wait for each other
            whose = update(USERS).where(USERS.c.id == session.user_id)
            await connection.execute(whose.values(seen=now))
        await connection.execute(
            update(USER_SESSIONS).where(_columns.id == session.id).values(seen=now)
        )


async def of_user(store: Store, user_id: int | None, limits: Limits) -> Sequence[Session]:
    """Return the sessions of an account that are still good, the newest first."""
    now = datetime.now(UTC)
    open_now = _of(user_id) & ~over(now, limits)
    found = select(USER_SESSIONS).where(open_now).order_by(_columns.id.desc())
    async with store.read() as connection:
        return [_session(row) for row in (await connection.execute(found)).mappings()]


async def by_id(store: Store, session_id: int) -> Session | None:
    """Return a session, or None if it has ended. Raises StoreError."""
    found = select(USER_SESSIONS).where(_columns.id == session_id)
    async with store.read() as connection:
        row = (await connection.execute(found)).mappings().first()
    return _session(row) if row else None


async def end(store: Store, session_id: int, user_id: int | None) -> bool:
    """End one session of an account; return whether it was there."""
    one = delete(USER_SESSIONS).where(_columns.id == session_id, _of(user_id))
    async with store.write() as connection:
        ended = await connection.execute(one)
    return ended.rowcount > 0


async def end_by_key(store: Store, key: str) -> None:
    """End the session of a key. Raises StoreError."""
    async with store.write() as connection:
        await connection.execute(delete(USER_SESSIONS).where(_columns.hash == hashed(key)))


async def end_others(store: Store, user_id: int | None, session_id: int | None) -> int:
    """End all sessions of an account except one; return how many. Raises StoreError."""
    async with store.write() as connection:
        return await end_all_within(connection, user_id, session_id)


async def end_all_within(
    connection: AsyncConnection, user_id: int | None, but: int | None = None
) -> int:
    """End all sessions of an account in a transaction, except `but`; return how many."""
    ended = _of(user_id) if but is None else _of(user_id) & (_columns.id != but)
    return (await connection.execute(delete(USER_SESSIONS).where(ended))).rowcount


def _of(user_id: int | None) -> ColumnElement[bool]:
    return _columns.user_id.is_(None) if user_id is None else _columns.user_id == user_id


async def _end_oldest(connection: AsyncConnection, user_id: int) -> None:
    newest = (
        select(_columns.id)
        .where(_columns.user_id == user_id)
        .order_by(_columns.id.desc())
        .limit(1)
        .offset(MOST - 1)
    )
    oldest_kept = (await connection.execute(newest)).scalar()
    if oldest_kept is not None:
        older = (_columns.user_id == user_id) & (_columns.id < oldest_kept)
        await connection.execute(delete(USER_SESSIONS).where(older))


def over(now: datetime, limits: Limits) -> ColumnElement[bool]:
    """Return the condition for sessions that have ended, because they were idle or too long."""
    return or_(_columns.expires <= now, _columns.seen <= now - limits.idle)


def _method(text: str) -> SignIn | Newer:
    return SignIn(text) if text in set(SignIn) else Newer(text)


def _session(row: RowMapping) -> Session:
    return Session(
        id=row[_columns.id],
        user_id=row[_columns.user_id],
        method=_method(row[_columns.method]),
        created=row[_columns.created],
        seen=row[_columns.seen],
        expires=row[_columns.expires],
        address=row[_columns.address],
        agent=row[_columns.agent],
        sealed=row[_columns.sealed],
    )
