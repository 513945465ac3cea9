"""People with accounts in a dashboard's store, and their browsers."""

from functools import cache, partial

from app.services.accounts.accounts import create
from app.services.accounts.passwords import Passwords
from app.store.store import Store
from tests.support.dashboard import Dashboard
from tests.support.leaks import LEAKS
from tests.support.stores import in_store, run_apart
from tests.support.visitor import Visitor

SECRET = "a-Long-password-7"


@cache
def hashed(password: str) -> str:
    """Return the hash of a password, made once for the run."""
    passwords = Passwords()
    try:
        return run_apart(partial(passwords.hashed, password))
    finally:
        passwords.close()


def add_person(
    dashboard: Dashboard, name: str, role: str = "viewer", password: str = SECRET
) -> int:
    """Create an account in the dashboard's store, and return its number."""
    LEAKS.keep(password, "a password")
    password_hash = hashed(password)

    async def created(store: Store) -> int:
        return await create(store, name, role, password_hash=password_hash)

    return in_store(dashboard.settings.stored_in, created)


def browser(dashboard: Dashboard) -> Visitor:
    """Return a browser in which nobody is signed in."""
    visitor = dashboard.visitor(username=None)
    visitor.http.headers.update({"Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Site": "same-origin"})
    return visitor


def signed_in(dashboard: Dashboard, name: str, password: str = SECRET) -> Visitor:
    """Return a browser in which somebody has signed in on the page for it."""
    visitor = browser(dashboard)
    csrf = visitor.get("/sign-in").csrf
    seen = visitor.post("/sign-in", csrf=csrf, name=name, password=password)
    assert seen.status == 303, (seen.status, seen.main)
    return visitor
