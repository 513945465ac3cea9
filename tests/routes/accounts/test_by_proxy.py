"""TRUSTED_USER_HEADER: a proxy says who somebody is, and only a trusted one is believed."""

import secrets
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from httpx import Headers
from sqlalchemy import select, update

from app.store.schema import USER_SESSIONS, USERS
from app.store.store import Store
from tests.deploy.nginx import Nginx
from tests.support.dashboard import PASSWORD, Dashboard
from tests.support.people import add_person, browser, signed_in
from tests.support.stores import Databases, in_store
from tests.support.tokens import give_token
from tests.support.visitor import Visitor

HEADER = "X-Forwarded-User"


@pytest.fixture(scope="module")
def trusting(databases: Databases, start_dashboard: Callable[..., Dashboard]) -> Dashboard:
    """A dashboard that believes a proxy on this machine, and gives unknown people no role."""
    return start_dashboard(database_url=databases.new(), trusted_user_header=HEADER)


@pytest.fixture
def anna(trusting: Dashboard) -> str:
    """The name of somebody with an account, a viewer."""
    name = f"anna {secrets.token_hex(4)}"
    add_person(trusting, name)
    return name


@contextmanager
def proxied(dashboard: Dashboard, *values: str | bytes) -> Iterator[Visitor]:
    """Open a browser whose proxy, the only way to the dashboard, sets the header."""
    visitor = browser(dashboard)
    sent = [(name.encode(), value.encode()) for name, value in visitor.http.headers.multi_items()]
    named = [(HEADER.encode(), v.encode() if isinstance(v, str) else v) for v in values]
    visitor.http.headers = Headers([*sent, *named])
    yield visitor
    visitor.close()


def sessions_of(dashboard: Dashboard, name: str) -> list[str]:
    """Return how each session of an account began."""

    async def read(store: Store) -> list[str]:
        joined = USER_SESSIONS.join(USERS, USERS.c.id == USER_SESSIONS.c.user_id)
        found = select(USER_SESSIONS.c.method).select_from(joined).where(USERS.c.name == name)
        async with store.read() as connection:
            return list((await connection.execute(found)).scalars())

    return in_store(dashboard.settings.stored_in, read)


def test_whom_the_proxy_names_is_signed_in_with_one_session_and_one_entry(
    trusting: Dashboard, anna: str
) -> None:
    with proxied(trusting, anna) as visitor:
        assert anna in visitor.get("/rooms").text
        for _ in range(3):
            assert visitor.get("/").status == 200
        assert visitor.get("/rooms/-/new").status == 403
        assert visitor.get("/sign-in?next=/rooms").location == "/rooms"
    assert sessions_of(trusting, anna) == ["proxy"]
    admin = signed_in(trusting, "admin", PASSWORD)
    shown = {"actor": anna, "action": "session.start"}
    entries = admin.get("/audit/-/export.json", params=shown).response.json()
    assert [(e["outcome"], "proxy" in e["facts"]) for e in entries] == [("done", True)]
    admin.close()


def test_a_form_is_bound_to_the_session_and_the_name(trusting: Dashboard, anna: str) -> None:
    add_person(trusting, f"{anna} 2", "admin")
    with proxied(trusting, anna) as visitor, proxied(trusting, f"{anna} 2") as other:
        token = visitor.get("/rooms").csrf
        assert visitor.post("/time", csrf="wrong", zone="UTC", back="/").status == 403
        assert visitor.post("/time", csrf=token, zone="UTC", back="/").status == 303
        other.http.cookies.update(dict(visitor.http.cookies))
        assert other.post("/time", csrf=token, zone="UTC", back="/").status == 403


def test_the_session_is_good_with_the_header_only(trusting: Dashboard, anna: str) -> None:
    with proxied(trusting, anna) as visitor:
        visitor.get("/rooms")
        del visitor.http.headers[HEADER]
        assert visitor.get("/rooms").status == 303
        add_person(trusting, f"{anna} 2", "admin")
        visitor.http.headers[HEADER] = f"{anna} 2"
        assert visitor.get("/audit").status == 200
        visitor.http.headers[HEADER] = anna
        assert visitor.get("/audit").status == 403


def test_a_disabled_account_and_an_unknown_name_are_refused(trusting: Dashboard, anna: str) -> None:
    async def disable(store: Store) -> None:
        async with store.write() as connection:
            whose = update(USERS).where(USERS.c.name == anna)
            await connection.execute(whose.values(disabled=datetime.now(UTC)))

    with proxied(trusting, anna) as visitor:
        assert visitor.get("/rooms").status == 200
        in_store(trusting.settings.stored_in, disable)
        for _ in range(3):
            seen = visitor.get("/rooms")
            assert (seen.status, "is disabled" in seen.text) == (403, True)
    unknown = f"<i>{anna} 9"
    with proxied(trusting, unknown) as visitor:
        seen = visitor.get("/rooms")
        assert seen.status == 403
        assert f"The proxy names {unknown}, who has no account here." in seen.text
        assert "TRUSTED_USER_ROLE" in seen.text
    assert in_store(trusting.settings.stored_in, names_like(anna)) == [anna]
    admin = signed_in(trusting, "admin", PASSWORD)
    shown = {"actor": anna, "outcome": "refused"}
    entries = admin.get("/audit/-/export.json", params=shown).response.json()
    assert [entry["action"] for entry in entries] == ["session.start"]
    admin.close()


def names_like(name: str) -> Callable[[Store], Awaitable[list[str]]]:
    """Return what lists the accounts whose names contain `name`."""

    async def read(store: Store) -> list[str]:
        found = select(USERS.c.name).where(USERS.c.name.contains(name))
        async with store.read() as connection:
            return list((await connection.execute(found)).scalars())

    return read


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (("anna", "admin"), "came more than once"),
        (("",), "This field is required."),
        ((b"\xff\xfe",), "isn't UTF-8"),
        (("a:b",), "a colon"),
        (("x" * 300,), "at most 200 characters"),
        (("admin",), "has no account here"),
    ],
)
def test_a_header_that_names_nobody(
    trusting: Dashboard, values: tuple[str | bytes, ...], said: str
) -> None:
    with proxied(trusting, *values) as visitor:
        seen = visitor.get("/rooms")
        assert (seen.status, said in seen.text) == (403, True), seen.text


def test_names_are_utf_8(trusting: Dashboard) -> None:
    name = f"Zoë {secrets.token_hex(4)}"
    add_person(trusting, name)
    with proxied(trusting, name.encode()) as visitor:
        assert name in visitor.get("/rooms").text


def test_unknown_people_may_have_a_role(
    databases: Databases, start_dashboard: Callable[..., Dashboard]
) -> None:
    dashboard = start_dashboard(
        database_url=databases.new(), trusted_user_header=HEADER, trusted_user_role="support"
    )
    with proxied(dashboard, "newcomer") as visitor:
        assert "newcomer" in visitor.get("/rooms").text
        assert visitor.get("/rooms/-/new").status == 403
    for reserved in ("ADMIN", "Dashboard", "Command line (root)"):
        with proxied(dashboard, reserved) as visitor:
            assert "the emergency account" in visitor.get("/rooms").text
    assert sessions_of(dashboard, "newcomer") == ["proxy"]


def test_the_header_of_anybody_else_is_ignored(
    databases: Databases, start_dashboard: Callable[..., Dashboard]
) -> None:
    for settings in (
        {"trusted_user_header": HEADER, "trusted_proxies": ("192.0.2.1",)},
        {"trusted_user_header": ""},
        {"trusted_user_header": "X-Other"},
    ):
        dashboard = start_dashboard(database_url=databases.new(), **settings)
        add_person(dashboard, "anna", "admin")
        with proxied(dashboard, "anna") as visitor:
            assert visitor.get("/rooms").location == "/sign-in?next=%2Frooms"
            claimed = {"X-Forwarded-For": "192.0.2.1"}
            assert visitor.get("/rooms", headers=claimed).status == 303


def test_the_emergency_account_still_signs_in_beside_the_proxy(trusting: Dashboard) -> None:
    program = trusting.visitor()
    assert program.get("/audit").status == 200
    program.close()
    admin = signed_in(trusting, "admin", PASSWORD)
    assert admin.get("/audit").status == 200
    admin.close()


def test_a_token_of_a_program_counts_more_and_begins_no_session(
    trusting: Dashboard, anna: str
) -> None:
    given = give_token(trusting)
    with proxied(trusting, anna) as program:
        program.http.headers.update(given.bearer)
        assert program.get("/rooms").status == 200
        assert program.get("/account").status == 403
    assert sessions_of(trusting, anna) == sessions_of(trusting, given.owner) == []


def test_through_nginx_the_name_is_the_one_that_nginx_checked(
    tmp_path: Path, trusting: Dashboard, anna: str
) -> None:
    port = int(trusting.url.rpartition(":")[2])
    (tmp_path / "users").write_text(f"{anna}:{{PLAIN}}a-password-of-nginx\n", encoding="utf-8")
    passes = "proxy_set_header X-Forwarded-Proto $scheme;"
    protects = (
        f"{passes} auth_basic realm; auth_basic_user_file {tmp_path}/users; "
        f"proxy_set_header {HEADER} $remote_user;"
    )
    with Nginx(tmp_path, [port, port], {passes: protects}) as nginx:
        context = nginx.trust()
        stranger = Visitor(nginx.url, None, "", context)
        assert stranger.get("/rooms", headers={HEADER: anna}).status == 401
        visitor = Visitor(nginx.url, anna, "a-password-of-nginx", context)
        seen = visitor.get("/rooms", headers={HEADER: "admin"})
        assert (seen.status, anna in seen.text) == (200, True)
        assert visitor.post("/time", zone="UTC", back="/").status == 303
        for each in (stranger, visitor):
            each.close()
