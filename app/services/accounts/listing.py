"""The accounts as a list by name, paged by the name (keyset)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, func, select

from app.services.accounts.accounts import can_sign_in
from app.services.accounts.names import folded
from app.services.accounts.sessions import Limits, over
from app.services.accounts.states import AccountState
from app.services.audit.writing import storable
from app.store.schema import LINKS, USER_SESSIONS, USERS
from app.store.store import Store

ESCAPE = "\\"


@dataclass(frozen=True, slots=True)
class Listed:
    """An account as a list shows it.

    `sessions` are those that are still good. `link` is until when its newest link is; None without
    one.
    """

    id: int
    name: str
    role: str
    email: str
    state: AccountState
    created: datetime
    seen: datetime | None
    disabled: datetime | None
    sessions: int
    link: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which accounts are listed; what is empty does not restrict them.

    `q` is a part of the name or of the e-mail address.
    """

    q: str = ""
    role: str = ""
    state: AccountState | str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of accounts, and the folded names that continue it; None at either end."""

    rows: Sequence[Listed]
    older: str | None = None
    newer: str | None = None


async def page(
    store: Store,
    wanted: Wanted,
    size: int,
    limits: Limits,
    before: str | None = None,
    after: str | None = None,
) -> Page:
    """Return the accounts that follow the name `before`, or that precede `after`, or the first.

    The words are those of every list of the store: what is older comes on later pages.
    Raises StoreError.
    """
    query = _query(limits).where(*_conditions(wanted))
    before, after = (name and storable(name) for name in (before, after))
    if after is not None:
        query = query.where(USERS.c.folded < after).order_by(USERS.c.folded.desc())
    else:
        query = query.order_by(USERS.c.folded)
        query = query.where(USERS.c.folded > before) if before is not None else query
    async with store.read() as connection:
        found = list((await connection.execute(query.limit(size + 1))).mappings())
    more, found = len(found) > size, found[:size]
    if after is not None:
        found.reverse()
    if not found:
        return Page(())
    older = more if after is None else True
    newer = more if after is not None else before is not None
    names = [row[USERS.c.folded] for row in found]
    rows = [_listed(row) for row in found]
    return Page(rows, names[-1] if older else None, names[0] if newer else None)


async def one(store: Store, number: int, limits: Limits) -> Listed | None:
    """Return an account as a list shows it, or None. Raises StoreError."""
    async with store.read() as connection:
        found = await connection.execute(_query(limits).where(USERS.c.id == number))
        row = found.mappings().first()
    return _listed(row) if row else None


def _query(limits: Limits) -> Select[Any]:
    now = datetime.now(UTC)
    sessions = (
        select(func.count())
        .select_from(USER_SESSIONS)
        .where(USER_SESSIONS.c.user_id == USERS.c.id, ~over(now, limits))
        .scalar_subquery()
    )
    links = (
        select(func.max(LINKS.c.expires))
        .where(LINKS.c.user_id == USERS.c.id, LINKS.c.used.is_(None), LINKS.c.expires > now)
        .scalar_subquery()
    )
    usable = can_sign_in().label("usable")
    return select(USERS, sessions.label("sessions"), links.label("link"), usable)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.q:
        part = f"%{_literal(folded(wanted.q))}%"
        named = USERS.c.folded.like(part, escape=ESCAPE)
        found.append(named | func.lower(USERS.c.email).like(part, escape=ESCAPE))
    if wanted.role:
        found.append(USERS.c.role == storable(wanted.role))
    if wanted.state == AccountState.DISABLED:
        found.append(USERS.c.disabled.is_not(None))
    elif wanted.state:
        found.append(USERS.c.disabled.is_(None))
        is_active = wanted.state == AccountState.ACTIVE
        found.append(can_sign_in() if is_active else ~can_sign_in())
    return found


def _literal(text: str) -> str:
    """Return a part of a pattern that matches the text itself."""
    for character in (ESCAPE, "%", "_"):
        text = text.replace(character, ESCAPE + character)
    return text


def _listed(row: RowMapping) -> Listed:
    disabled = row[USERS.c.disabled]
    state = AccountState.ACTIVE if row["usable"] else AccountState.INVITED
    return Listed(
        id=row[USERS.c.id],
        name=row[USERS.c.name],
        role=row[USERS.c.role],
        email=row[USERS.c.email],
        state=AccountState.DISABLED if disabled else state,
        created=row[USERS.c.created],
        seen=row[USERS.c.seen],
        disabled=disabled,
        sessions=row["sessions"],
        link=row["link"],
    )
