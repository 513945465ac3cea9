"""REQUIRE_SECOND_FACTOR: who lacks a factor is led to set one up, and may do nothing else."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert

from app.services.accounts import tokens
from app.store.schema import ROLES
from app.store.store import Store
from tests.support.dashboard import PASSWORD, Dashboard
from tests.support.factors import PAGE, Person, elsewhere, person
from tests.support.leaks import LEAKS
from tests.support.people import signed_in
from tests.support.stores import in_store


@pytest.fixture(scope="module")
def strict(accounts: Dashboard, start_dashboard: Callable[..., Dashboard]) -> Dashboard:
    """A dashboard that requires a factor of administrators and of a role of its own."""
    stored_in = accounts.settings.stored_in
    return start_dashboard(database_url=stored_in, require_second_factor="Admin, night shift")


@pytest.fixture
def eve(strict: Dashboard) -> Iterator[Person]:
    """An administrator without a factor, signed in."""
    made = person(strict, "admin")
    yield made
    made.visitor.close()


@pytest.mark.parametrize("place", ["/", "/rooms", "/rooms/-/new", "/audit", "/settings", "/keys"])
def test_every_page_leads_there(eve: Person, place: str) -> None:
    led = eve.visitor.get(place)
    assert (led.status, led.location) == (303, PAGE)
    page = eve.visitor.follow(led)
    assert "Your role requires a second factor" in page.text
    assert page.all("nav", id="sidebar") == []


def test_actions_and_polls_are_refused_with_the_reason(eve: Person) -> None:
    csrf = eve.visitor.get(PAGE).csrf
    for seen in (
        eve.visitor.post("/rooms/-/new", csrf=csrf, name="never"),
        eve.visitor.post("/time", csrf=csrf, zone="UTC"),
        eve.visitor.get("/rooms?partial=1"),
        eve.visitor.get("/server?partial=1"),
    ):
        assert seen.status == 403
        assert "The role admin requires a second factor" in seen.text
    assert "never" not in eve.visitor.get("/rooms").text


@pytest.mark.parametrize("how", ["app", "passkey"])
def test_with_a_factor_everything_is_open(eve: Person, how: str) -> None:
    if how == "app":
        eve.set_up_app()
    else:
        eve.add_passkey()
    assert eve.visitor.get("/rooms/-/new").status == 200
    assert eve.visitor.get("/audit").status == 200


def test_whoever_removes_it_is_led_there_again(strict: Dashboard, eve: Person) -> None:
    eve.set_up_app()
    eve.send(f"{PAGE}/app/remove")
    assert eve.visitor.get("/rooms").location == PAGE
    again = elsewhere(strict, eve)
    assert again.password().location == "/"
    assert again.visitor.get("/").location == PAGE


def test_one_may_always_sign_out(eve: Person) -> None:
    csrf = eve.visitor.get(PAGE).csrf
    assert eve.visitor.post("/sign-out", csrf=csrf).location == "/sign-in?signed-out=1"


def test_tokens_are_refused_with_the_reason(strict: Dashboard, eve: Person) -> None:
    async def made(store: Store) -> str:
        return (await tokens.create(store, eve.number, "script", None, None))[1]

    secret = in_store(strict.settings.stored_in, made)
    LEAKS.keep(secret, "a token")
    program = strict.visitor(username=None)
    program.http.headers["Authorization"] = f"Bearer {secret}"
    for place in ("/api/v1/rooms", "/rooms"):
        refused = program.get(place)
        assert refused.status == 403
        assert "The role admin requires a second factor" in refused.html
    eve.set_up_app()
    assert program.get("/api/v1/rooms").status == 200
    program.close()


def test_other_roles_and_the_emergency_account_are_not_asked(strict: Dashboard) -> None:
    viewer = person(strict)
    assert viewer.visitor.get("/rooms").status == 200
    admin = signed_in(strict, "admin", PASSWORD)
    assert admin.get("/audit").status == 200
    program = strict.visitor()
    assert program.get("/audit").status == 200
    for visitor in (viewer.visitor, admin, program):
        visitor.close()


def test_a_role_of_ones_own_can_be_asked(strict: Dashboard) -> None:
    async def made(store: Store) -> None:
        row: dict[str, Any] = {"name": "Night shift", "permissions": '["server.read"]'}
        async with store.write() as connection:
            await connection.execute(insert(ROLES).values(row | {"created": datetime.now(UTC)}))

    in_store(strict.settings.stored_in, made)
    who = person(strict, "Night shift")
    assert who.visitor.get("/").location == PAGE
    who.add_passkey()
    assert who.visitor.get("/").status == 200
    who.visitor.close()
