"""Tokens sign programs in: with what they may do, as long as they are good, and never in secret."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, update

from app.services.accounts import tokens
from app.store.schema import TOKENS, USERS
from app.store.store import Store
from tests.support.dashboard import PASSWORD, Dashboard
from tests.support.people import signed_in
from tests.support.stores import in_store
from tests.support.tokens import Given, give_token, program
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

INVALID = 'Bearer realm="LiveKit Dashboard", error="invalid_token"'


def changed(dashboard: Dashboard, table: Table, number: int, **values: Any) -> None:
    async def change(store: Store) -> None:
        async with store.write() as connection:
            rows = update(table).where(table.c.id == number)
            await connection.execute(rows.values(values))

    in_store(dashboard.settings.stored_in, change)


def basic(dashboard: Dashboard, name: str, password: str) -> Visitor:
    return dashboard.visitor(username=name, password=password)


def delete(visitor: Visitor, room: str, **headers: str) -> Seen:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return Seen(visitor.http.post(f"/rooms/{room}/delete", headers=given))


def test_bearer_and_basic_sign_in_its_owner(accounts: Dashboard) -> None:
    given = give_token(accounts)
    assert given.owner in program(accounts, given).get("/rooms").text
    for name in (given.owner, given.owner.upper(), ""):
        assert basic(accounts, name, given.secret).get("/rooms").status == 200, name


def test_somebody_elses_name_is_refused(accounts: Dashboard) -> None:
    given, other = give_token(accounts), give_token(accounts)
    refused = basic(accounts, other.owner, given.secret).get("/rooms")
    assert refused.status == 401
    assert refused.headers["www-authenticate"].startswith("Basic ")


@pytest.mark.parametrize("secret", ["x", "lkd_", "lkd_" + "a" * 40, "lkd_" + "ä" * 40, "a b"])
def test_a_wrong_token_is_refused_as_rfc_6750_says(accounts: Dashboard, secret: str) -> None:
    visitor = accounts.visitor(username=None)
    header = f"Bearer {secret}".encode()
    refused = Seen(visitor.http.get("/rooms", headers={b"Authorization": header}))
    assert (refused.status, refused.headers["www-authenticate"]) == (401, INVALID)


@pytest.mark.parametrize("ends", ["revoked", "expired", "disabled", "deleted role"])
def test_it_ends_at_once(accounts: Dashboard, ends: str) -> None:
    given = give_token(accounts)
    visitor = program(accounts, given)
    assert visitor.get("/rooms").status == 200
    now = datetime.now(UTC)
    match ends:
        case "revoked":
            changed(accounts, TOKENS, given.number, revoked=now)
        case "expired":
            changed(accounts, TOKENS, given.number, expires=now)
        case "disabled":
            changed(accounts, USERS, given.user, disabled=now)
        case _:
            changed(accounts, USERS, given.user, role="a role that is gone")
    assert visitor.get("/rooms").status == (403 if ends == "deleted role" else 401)


def test_it_has_what_both_it_and_its_owner_have(accounts: Dashboard, room: str) -> None:
    given = give_token(accounts, "operator", ["rooms.read", "rooms.write", "audit.read", "gone"])
    visitor = program(accounts, given)
    assert visitor.get("/rooms/-/new").status == 200
    refused = visitor.get("/egress")
    assert refused.status == 403
    assert "This token may not do this (egress.read)" in refused.text
    assert visitor.get("/audit").status == 403  # which its owner may not
    changed(accounts, USERS, given.user, role="viewer")
    assert (visitor.get("/rooms").status, visitor.get("/rooms/-/new").status) == (200, 403)
    changed(accounts, USERS, given.user, role="admin")
    assert visitor.get("/audit").status == 200


def test_read_only_counts_for_it(
    accounts: Dashboard, start_dashboard: Callable[..., Dashboard], room: str
) -> None:
    given = give_token(accounts, "operator")
    reading = start_dashboard(database_url=accounts.settings.stored_in, read_only=True)
    assert delete(program(reading, given), room).status == 403
    assert delete(program(accounts, given), room).status == 303


@pytest.mark.parametrize("permissions", [None, ["accounts.read", "accounts.write", "server.read"]])
def test_it_is_never_good_for_accounts(accounts: Dashboard, permissions: list[str] | None) -> None:
    visitor = program(accounts, give_token(accounts, "admin", permissions))
    for refused in (visitor.get("/account/tokens"), Seen(visitor.http.post("/sign-out"))):
        assert refused.status == 403
        assert "This needs a session" in refused.text


def test_bearer_needs_no_csrf_token_and_says_who_did_it(accounts: Dashboard, room: str) -> None:
    given = give_token(accounts, "operator", name="nightly <b>")
    assert delete(program(accounts, given), room).status == 303
    admin = signed_in(accounts, "admin", PASSWORD)
    listed = admin.get("/audit", params={"q": room})
    assert f"{given.owner} token nightly <b>" in listed.text
    entry = listed.all("tr")[1]["id"].removeprefix("entry-")
    page = admin.get(f"/audit/{entry}")
    assert "nightly <b>" in page.text
    assert given.secret not in page.html
    admin.close()


def test_bearer_is_no_use_to_another_site(accounts: Dashboard, room: str) -> None:
    visitor = program(accounts, give_token(accounts, "operator"))
    assert delete(visitor, room, Origin="https://evil.example").status == 403
    assert delete(visitor, room, Sec_Fetch_Site="cross-site").status == 403
    preflight = visitor.http.options(
        f"/rooms/{room}/delete",
        headers={
            "Origin": "https://evil.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization",
        },
    )
    assert "access-control-allow-origin" not in preflight.headers


@pytest.mark.parametrize(
    "by_a_browser",
    [
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Mode": "navigate"},
        {"Referer": "https://evil.example/"},
        {"Cookie": "livekit-dashboard=x"},
    ],
)
def test_basic_credentials_of_a_browser_need_a_csrf_token(
    accounts: Dashboard, room: str, by_a_browser: dict[str, str]
) -> None:
    given = give_token(accounts, "operator")
    visitor = basic(accounts, given.owner, given.secret)
    assert delete(visitor, room, **by_a_browser).status == 403
    assert visitor.post(f"/rooms/{room}/delete").status == 303


def test_basic_credentials_of_a_program_need_none(accounts: Dashboard, room: str) -> None:
    given = give_token(accounts, "operator")
    assert delete(basic(accounts, "", given.secret), room).status == 303


def test_a_password_still_needs_one(accounts: Dashboard, room: str) -> None:
    assert delete(basic(accounts, "admin", PASSWORD), room).status == 403


def test_wrong_ones_are_limited_and_good_ones_go_on(
    accounts: Dashboard, start_dashboard: Callable[..., Dashboard], databases: Any
) -> None:
    few = start_dashboard(database_url=databases.new(), signin_tries_per_minute=3)
    known, new = program(few, give_token(few)), program(few, give_token(few))
    assert known.get("/rooms").status == 200
    wrong = few.visitor(username=None)
    tried = [
        wrong.get("/rooms", headers={"Authorization": f"Bearer lkd_{secrets.token_hex(20)}"})
        for _ in range(4)
    ]
    assert [seen.status for seen in tried] == [401, 401, 401, 429]
    assert int(tried[-1].headers["retry-after"]) > 0
    assert known.get("/rooms").status == 200
    assert new.get("/rooms").status == 429


def test_the_password_of_the_emergency_account_may_begin_like_one(
    start_dashboard: Callable[..., Dashboard], databases: Any
) -> None:
    password = "lkd_" + "b" * 40
    dashboard = start_dashboard(database_url=databases.new(), admin_password=password)
    assert basic(dashboard, "admin", password).get("/audit").status == 200


def test_its_last_use_is_kept(accounts: Dashboard) -> None:
    given = give_token(accounts)
    program(accounts, given).get("/keys")

    async def used(store: Store) -> str:
        return (await tokens.get(store, given.number)).used_address

    until(lambda: in_store(accounts.settings.stored_in, used) == "127.0.0.1")


def test_one_that_never_expires(accounts: Dashboard) -> None:
    given: Given = give_token(accounts, lifetime=None)
    assert program(accounts, given).get("/rooms").status == 200
    assert program(accounts, give_token(accounts, lifetime=timedelta())).get("/rooms").status == 401
