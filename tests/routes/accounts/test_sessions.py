"""Sessions end when they are old or idle, with their account, and survive a failing store."""

import secrets
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, update

from app.store.schema import USER_SESSIONS, USERS
from app.store.store import Store
from tests.support.dashboard import PASSWORD, Dashboard
from tests.support.people import add_person, browser, signed_in
from tests.support.stores import in_store
from tests.support.visitor import Visitor


def changed(
    table: Table, column: str, number: int, **values: Any
) -> Callable[[Store], Awaitable[None]]:
    """Return what changes rows of a store."""

    async def change(store: Store) -> None:
        async with store.write() as connection:
            rows = table.c[column] == number
            await connection.execute(update(table).where(rows).values(values))

    return change


@pytest.fixture
def dora(accounts: Dashboard) -> Iterator[tuple[int, Visitor]]:
    """Somebody who is signed in: the account's number and the browser."""
    name = f"dora {secrets.token_hex(4)}"
    number = add_person(accounts, name)
    visitor = signed_in(accounts, name)
    assert visitor.get("/rooms").status == 200
    yield number, visitor
    visitor.close()


@pytest.mark.parametrize(
    ("column", "ago"), [("seen", timedelta(minutes=1441)), ("expires", timedelta(seconds=1))]
)
def test_an_idle_or_old_one_ends(
    accounts: Dashboard, dora: tuple[int, Visitor], column: str, ago: timedelta
) -> None:
    number, visitor = dora
    past = {column: datetime.now(UTC) - ago}
    in_store(accounts.settings.stored_in, changed(USER_SESSIONS, "user_id", number, **past))
    ended = visitor.get("/rooms")
    assert ended.location == "/sign-in?next=%2Frooms"
    assert "Your session has ended" in visitor.follow(ended).text


def test_a_disabled_account_is_out_at_once(accounts: Dashboard, dora: tuple[int, Visitor]) -> None:
    number, visitor = dora
    disabled = changed(USERS, "id", number, disabled=datetime.now(UTC))
    in_store(accounts.settings.stored_in, disabled)
    assert visitor.get("/rooms").status == 303


def test_a_role_counts_from_the_next_request_on(
    accounts: Dashboard, dora: tuple[int, Visitor]
) -> None:
    number, visitor = dora
    assert visitor.get("/rooms/-/new").status == 403
    in_store(accounts.settings.stored_in, changed(USERS, "id", number, role="operator"))
    assert visitor.get("/rooms/-/new").status == 200
    in_store(accounts.settings.stored_in, changed(USERS, "id", number, role="a role that is gone"))
    assert visitor.get("/rooms").status == 403


def test_the_emergency_accounts_sessions_end_with_its_password(
    accounts: Dashboard, start_dashboard: Callable[..., Dashboard]
) -> None:
    admin = signed_in(accounts, "admin", PASSWORD)
    same = start_dashboard(database_url=accounts.settings.stored_in)
    other = start_dashboard(
        database_url=accounts.settings.stored_in, admin_password="another-Password-8"
    )
    for dashboard, status in ((same, 200), (other, 303)):
        visitor = browser(dashboard)
        visitor.http.cookies.update(dict(admin.http.cookies))
        assert visitor.get("/rooms").status == status
        visitor.close()
    admin.close()


def test_the_emergency_account_is_off_once_there_is_an_administrator(
    databases: Any, start_dashboard: Callable[..., Dashboard]
) -> None:
    dashboard = start_dashboard(database_url=databases.new(), emergency_admin=False)
    admin, program = signed_in(dashboard, "admin", PASSWORD), dashboard.visitor()
    assert (admin.get("/rooms").status, program.get("/rooms").status) == (200, 200)
    add_person(dashboard, "root", "admin")
    assert (admin.get("/rooms").status, program.get("/rooms").status) == (303, 401)
    stranger = browser(dashboard)
    csrf = stranger.get("/sign-in").csrf
    assert stranger.post("/sign-in", csrf=csrf, name="admin", password=PASSWORD).status == 401
    for visitor in (admin, program, stranger):
        visitor.close()
