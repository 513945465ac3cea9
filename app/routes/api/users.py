"""/api/v1/users: the accounts, without what proves who somebody is."""

from datetime import datetime
from typing import Annotated

from fastapi import Path, Query

from app.security.roles import Permission
from app.services.accounts import accounts, reading
from app.web.api.access import api_router, reads
from app.web.api.listing import AskedDep, Page, Record, Text, encoded
from app.web.deps import StoreDep

router = api_router("/users", "Users")
Number = Annotated[int, Path(ge=1, le=2**62, description="the ID of an account")]


class UserAccount(Record):
    """An account; `disabled` is since when it can't sign in."""

    id: int
    name: str
    role: str
    email: str
    created: datetime
    seen: datetime | None
    disabled: datetime | None


@router.get("", dependencies=reads(Permission.ACCOUNTS_READ))
async def list_users(
    store: StoreDep,
    asked: AskedDep,
    q: Annotated[Text, Query(description="part of the name")] = "",
    role: Annotated[str, Query(max_length=64)] = "",
) -> Page[UserAccount]:
    """List the accounts, in the order of their creation."""
    found, last = await reading.after(store, asked.number or 0, asked.limit, q=q, role=role)
    items = [UserAccount.model_validate(account) for account in found]
    return Page[UserAccount](items=items, next=None if last is None else encoded((last,)))


@router.get("/{number}", dependencies=reads(Permission.ACCOUNTS_READ))
async def get_user(store: StoreDep, number: Number) -> UserAccount:
    """Get an account."""
    return UserAccount.model_validate(await accounts.by_id(store, number))
