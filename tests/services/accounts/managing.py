"""Who manages accounts in the tests, and what they do in a store."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta

from app.security.roles import ROLES, Permission
from app.services.accounts import accounts, control
from app.services.accounts.accounts import Account
from app.services.accounts.powers import Powers
from app.services.accounts.sessions import Limits, Place, start
from app.services.accounts.states import SignIn
from app.store.store import Store

BUILT_IN = {str(role): frozenset(map(str, held)) for role, held in ROLES.items()}
EVERYTHING = frozenset(map(str, Permission))
ADMIN = Powers(EVERYTHING, BUILT_IN, "root")
LIMITS = Limits(timedelta(hours=1), timedelta(hours=10))

Work = Callable[[Store], Awaitable[None]]


def powers(*held: str) -> Powers:
    """Return the powers of somebody with these permissions."""
    return Powers(frozenset(held), BUILT_IN, "root")


async def person(store: Store, name: str, role: str = "viewer", sessions: int = 0) -> Account:
    """Create an account with a password and sessions, and return it."""
    number = await accounts.create(store, name, role, password_hash="a hash")
    for _ in range(sessions):
        await start(store, number, SignIn.PASSWORD, Place("192.0.2.1", "a browser"), LIMITS)
    return await accounts.by_id(store, number)


async def people(store: Store, names: Iterable[str], role: str = "viewer") -> list[Account]:
    """Create accounts with these names."""
    return [await person(store, name, role) for name in names]


async def invited(store: Store, name: str, role: str = "viewer") -> tuple[int, str]:
    """Invite somebody, and return the account's number and the key of the link."""
    number, link = await control.invite(store, ADMIN, name, role, by="somebody")
    return number, link.key
