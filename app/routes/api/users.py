"""/api/v1/users: the accounts, without what proves who somebody is."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path, Query

from app.errors import NotFound
from app.security.accounts.sessions import limits_of
from app.security.roles import Permission
from app.services.accounts import listing
from app.services.accounts.listing import Wanted
from app.services.accounts.states import AccountState
from app.web.api.access import api_router, reads
from app.web.api.listing import AskedDep, Page, Record, Text, encoded
from app.web.deps import SettingsDep, StoreDep

router = api_router("/users", "Users")
Number = Annotated[int, Path(ge=1, le=2**62, description="the ID of an account")]


class UserAccount(Record):
    """An account; `disabled` is since when it can't sign in, `sessions` are those in use."""

    id: int
    name: str
    role: str
    email: str
    state: str
    sessions: int
    created: datetime
    seen: datetime | None
    disabled: datetime | None


@router.get("", dependencies=reads(Permission.ACCOUNTS_READ))
async def list_users(
    store: StoreDep,
    settings: SettingsDep,
    asked: AskedDep,
    q: Annotated[Text, Query(description="part of the name or the e-mail address")] = "",
    role: Annotated[str, Query(max_length=64)] = "",
    state: Literal[""] | AccountState = "",
) -> Page[UserAccount]:
    """List the accounts, by name."""
    after = asked.position(q, 1).after
    wanted = Wanted(q.strip(), role, state)
    before = after[0] if after else None
    found = await listing.page(store, wanted, asked.limit, limits_of(settings), before)
    items = [UserAccount.model_validate(account) for account in found.rows]
    last = None if found.older is None else (found.older,)
    return Page[UserAccount](items=items, next=encoded(last))


@router.get("/{number}", dependencies=reads(Permission.ACCOUNTS_READ))
async def get_user(store: StoreDep, settings: SettingsDep, number: Number) -> UserAccount:
    """Get an account."""
    found = await listing.one(store, number, limits_of(settings))
    if found is None:
        raise NotFound("There is no account with this number.")
    return UserAccount.model_validate(found)
