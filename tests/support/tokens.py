"""Tokens of people with accounts, and the programs that use them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.services.accounts import tokens
from app.store.store import Store
from tests.support.dashboard import Dashboard
from tests.support.leaks import LEAKS
from tests.support.people import add_person
from tests.support.stores import in_store
from tests.support.visitor import Visitor


@dataclass(frozen=True)
class Given:
    """A token, and whose it is."""

    number: int
    secret: str
    user: int
    owner: str

    @property
    def bearer(self) -> dict[str, str]:
        """The header that sends it."""
        return {"Authorization": f"Bearer {self.secret}"}


def give_token(
    dashboard: Dashboard,
    role: str = "viewer",
    permissions: Sequence[str] | None = None,
    lifetime: timedelta | None = timedelta(days=1),
    name: str = "a program",
) -> Given:
    """Create an account with a token."""
    owner = f"owner {secrets.token_hex(4)}"
    user = add_person(dashboard, owner, role)

    async def made(store: Store) -> tuple[int, str]:
        return await tokens.create(store, user, name, permissions, lifetime)

    number, secret = in_store(dashboard.settings.stored_in, made)
    LEAKS.keep(secret, "a token")
    return Given(number, secret, user, owner)


def program(dashboard: Dashboard, given: Given) -> Visitor:
    """Return a client that sends the token with each request, and nothing else."""
    visitor = dashboard.visitor(username=None)
    visitor.http.headers.update(given.bearer)
    return visitor
