"""/sign-in/code: the second step of signing in."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update

from app.security.accounts import second_step
from app.store.schema import USERS
from app.store.store import Store
from tests.support.dashboard import PASSWORD, Dashboard
from tests.support.factors import Person, elsewhere
from tests.support.people import hashed, signed_in
from tests.support.stores import in_store


@pytest.fixture
def asked(accounts: Dashboard, ada: Person) -> Person:
    """Somebody with an app, who has entered the password in another browser."""
    ada.set_up_app()
    again = elsewhere(accounts, ada)
    assert again.password().location == "/sign-in/code"
    return again


def changed(dashboard: Dashboard, who: Person, **values: Any) -> None:
    """Change somebody's account in the store."""

    async def change(store: Store) -> None:
        async with store.write() as connection:
            row = update(USERS).where(USERS.c.id == who.number)
            await connection.execute(row.values(values))

    in_store(dashboard.settings.stored_in, change)


def test_no_session_begins_before_it(asked: Person) -> None:
    page = asked.visitor.get("/sign-in/code")
    assert page.status == 200
    assert asked.name in page.text
    assert page.all("nav") == []
    for place in ("/", "/rooms", "/account/second-factor", "/account/confirm"):
        assert asked.visitor.get(place).location.startswith("/sign-in"), place


def test_it_leads_to_the_page_that_was_asked_for(accounts: Dashboard, ada: Person) -> None:
    ada.set_up_app()
    again = elsewhere(accounts, ada)
    form = again.visitor.follow(again.visitor.get("/egress?q=a%26b"))
    back = form.all("input", name="next")[0]
    step = again.visitor.post(
        "/sign-in", csrf=form.csrf, name=ada.name, password="a-Long-password-7", next=back["value"]
    )
    page = again.visitor.follow(step)
    (back,) = page.all("input", name="next")
    seen = again.visitor.post("/sign-in/code", csrf=page.csrf, code=ada.code(), next=back["value"])
    assert seen.location == "/egress?q=a%26b"
    assert again.visitor.get("/sign-in/code?next=/rooms").location == "/rooms"


@pytest.mark.parametrize("place", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_it_leads_to_no_other_site(asked: Person, place: str) -> None:
    assert asked.enter(asked.code(), next=place).location == "/"


@pytest.mark.parametrize("wrong", ["000000", "abcd-efgh-jkmn-pqrs", "1", "\N{SNOWMAN}" * 6])
def test_a_wrong_code_is_refused_and_may_be_tried_again(asked: Person, wrong: str) -> None:
    seen = asked.enter(wrong)
    assert seen.status == 401
    assert "The code is wrong" in seen.text
    assert asked.visitor.get("/rooms").status == 303
    assert asked.enter(asked.code()).location == "/"


def test_a_code_that_was_used_is_refused(accounts: Dashboard, asked: Person) -> None:
    code = asked.code()
    assert asked.enter(code).location == "/"
    again = elsewhere(accounts, asked)
    again.password()
    assert again.enter(code).status == 401
    assert again.enter(f" {asked.code(1)[:3]} {asked.code(1)[3:]} ").location == "/"


def test_a_recovery_code_is_good_once_and_one_learns_what_is_left(
    accounts: Dashboard, asked: Person
) -> None:
    seen = asked.enter(asked.codes[0].upper())
    assert "Codes left: 9" in asked.visitor.follow(seen).text
    again = elsewhere(accounts, asked)
    again.password()
    assert again.enter(asked.codes[0]).status == 401
    assert again.enter(asked.codes[1]).location == "/"


@pytest.mark.parametrize("code", ["", "x" * 200])
def test_what_is_missing_or_too_long_is_marked(asked: Person, code: str) -> None:
    seen = asked.enter(code)
    assert seen.status == 422
    assert seen.all("input", name="code")[0]["aria-invalid"] == "true"
    assert "value" not in seen.all("input", name="code")[0]


def test_codes_are_paused_after_ten_wrong_ones(accounts: Dashboard, asked: Person) -> None:
    assert [asked.enter("000000").status for _ in range(11)] == [401] * 10 + [429]
    again = elsewhere(accounts, asked)
    again.password()
    paused = again.enter(asked.code())
    assert paused.status == 429
    assert "Too many wrong codes" in paused.text
    assert "Wait 15 min" in paused.text
    assert int(paused.headers["retry-after"]) > 60
    # somebody who knows only the password can't keep the owner out
    assert again.enter(asked.codes[0]).location == "/"


def test_it_takes_ten_minutes_at_most(asked: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    page = asked.visitor.get("/sign-in/code")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + second_step.LIFETIME)
    seen = asked.visitor.post("/sign-in/code", csrf=page.csrf, code=asked.code())
    assert seen.status == 401
    assert "Your sign-in has expired" in seen.text
    led = asked.visitor.get("/sign-in/code?next=/rooms")
    assert led.location == "/sign-in?next=%2Frooms&expired=1"
    assert "Your sign-in has expired" in asked.visitor.follow(led).text


@pytest.mark.parametrize(
    "change",
    [
        lambda: {"password_hash": hashed("another-Long-password-8")},
        lambda: {"password_hash": None},
        lambda: {"disabled": datetime.now(UTC)},
    ],
)
def test_it_ends_with_the_password_and_the_account(
    accounts: Dashboard, asked: Person, change: Callable[[], dict[str, Any]]
) -> None:
    page = asked.visitor.get("/sign-in/code")
    changed(accounts, asked, **change())
    seen = asked.visitor.post("/sign-in/code", csrf=page.csrf, code=asked.code())
    assert seen.status == 401
    assert asked.visitor.get("/sign-in/code").location == "/sign-in?expired=1"


def test_nobody_is_asked_without_a_password_before(accounts: Dashboard, ada: Person) -> None:
    stranger = elsewhere(accounts, ada)
    assert stranger.visitor.get("/sign-in/code").location == "/sign-in?expired=1"
    csrf = stranger.visitor.get("/sign-in").csrf
    assert stranger.visitor.post("/sign-in/code", csrf=csrf, code="123456").status == 401
    assert stranger.visitor.get("/sign-in/code/challenge").status in {303, 401}


def test_it_needs_a_token_of_this_browser(asked: Person) -> None:
    assert asked.visitor.post("/sign-in/code", csrf="wrong", code=asked.code()).status == 403
    fields = {"csrf": asked.visitor.get("/sign-in/code").csrf, "code": asked.code()}
    seen = asked.visitor.send("/sign-in/code", fields, Origin="https://evil.example")
    assert seen.status == 403


def test_the_cookie_changes_so_that_nobody_can_fix_it_before(
    accounts: Dashboard, asked: Person
) -> None:
    asked.visitor.get("/sign-in/code")
    before = dict(asked.visitor.http.cookies)
    assert asked.enter(asked.code()).location == "/"
    with_old = elsewhere(accounts, asked)
    with_old.visitor.http.cookies.update(before)
    assert with_old.visitor.get("/rooms").status == 303


def test_both_steps_are_in_the_audit(accounts: Dashboard, asked: Person) -> None:
    asked.enter("000000")
    asked.enter(asked.code())
    admin = signed_in(accounts, "admin", PASSWORD)
    rows = admin.get("/audit/-/export.json", params={"actor": asked.name}).response.json()
    seen = [(row["action"], row["outcome"]) for row in rows]
    assert ("session.password", "done") in seen
    assert ("session.start", "refused") in seen
    assert [row["outcome"] for row in rows if "password+code" in row["facts"]] == ["done"]
    admin.close()


def test_without_a_factor_nothing_is_asked(accounts: Dashboard, ada: Person) -> None:
    assert elsewhere(accounts, ada).password().location == "/"
    ada.set_up_app()
    assert elsewhere(accounts, ada).password().location == "/sign-in/code"
    ada.prove()
    assert ada.send("/account/second-factor/app/remove").status == 303
    assert elsewhere(accounts, ada).password().location == "/"
