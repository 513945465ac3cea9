"""/account/confirm: before factors change, people prove that it's them."""

import time
from collections.abc import Callable

import pytest

from tests.support.dashboard import PASSWORD, Dashboard
from tests.support.factors import PAGE, Person, by_name, elsewhere
from tests.support.passkeys import PRESENT
from tests.support.people import SECRET

PAGES = ("app", "app/remove", "codes", "passkeys/-/new", "password/remove")


@pytest.mark.parametrize("place", PAGES)
def test_every_change_leads_to_it_first(ada: Person, place: str) -> None:
    led = ada.visitor.get(f"{PAGE}/{place}")
    assert led.status == 303
    assert led.location.startswith("/account/confirm?next=")
    page = ada.visitor.follow(led)
    (back,) = page.all("input", name="next")
    proved = ada.visitor.post(
        "/account/confirm", csrf=page.csrf, password=SECRET, next=back["value"]
    )
    assert proved.location == f"{PAGE}/{place}"
    assert ada.visitor.get(proved.location).status == 200


@pytest.mark.parametrize("place", PAGES)
def test_a_stolen_session_changes_nothing(ada: Person, place: str) -> None:
    csrf = ada.visitor.get(PAGE).csrf
    fields = {"code": "123456", "setup": "x", "name": "Mine", "credential": "{}"}
    seen = ada.visitor.post(f"{PAGE}/{place}", csrf=csrf, **fields)
    assert seen.status == 403
    assert "Confirm that it" in seen.text
    assert ada.visitor.get(f"{PAGE}/passkeys/-/challenge").status == 403


@pytest.mark.parametrize("wrong", ["wrong-password-1", "x" * 900])
def test_a_wrong_password_is_refused(ada: Person, wrong: str) -> None:
    seen = ada.send("/account/confirm", password=wrong)
    assert seen.status == 422
    assert "your password" in seen.text
    assert "value" not in seen.all("input", name="password")[0]
    assert ada.visitor.get(f"{PAGE}/app").status == 303


def test_tries_are_limited(
    accounts: Dashboard, start_dashboard: Callable[..., Dashboard], ada: Person
) -> None:
    stored_in = accounts.settings.stored_in
    strict = start_dashboard(database_url=stored_in, signin_tries_per_minute=3)
    again = elsewhere(strict, ada)
    again.password()
    tries = [again.send("/account/confirm", password="wrong-password-1") for _ in range(4)]
    assert [seen.status for seen in tries] == [422, 422, 422, 429]
    assert again.send("/account/confirm", password=SECRET).status == 429


def test_it_lasts_ten_minutes_and_a_form_that_is_open_twice_that(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.set_up_app()
    now = time.time()
    for later, page, form in ((0, 200, 303), (601, 303, 303), (1201, 303, 403)):
        monkeypatch.setattr(time, "time", lambda now=now: now)
        ada.prove()
        csrf = ada.visitor.get(PAGE).csrf
        now += later
        monkeypatch.setattr(time, "time", lambda now=now: now)
        assert ada.visitor.get(f"{PAGE}/app").status == page
        assert ada.visitor.post(f"{PAGE}/app/remove", csrf=csrf).status == form


def test_it_is_for_one_session(accounts: Dashboard, ada: Person) -> None:
    ada.prove()
    assert ada.visitor.get(f"{PAGE}/app").status == 200
    ada.sign_out()
    assert ada.password().location == "/"
    assert ada.visitor.get(f"{PAGE}/app").status == 303
    again = elsewhere(accounts, ada)
    again.password()
    assert again.visitor.get(f"{PAGE}/app").status == 303


def test_a_passkey_proves_it_if_it_recognizes_the_person(ada: Person) -> None:
    key = ada.add_passkey()
    ada.sign_out()
    ada.password()
    assert ada.use(key, "/sign-in/code").location == "/"
    csrf = ada.visitor.get("/account/confirm").csrf
    for flags, status in ((PRESENT, 401), (key.flags, 303)):
        key.flags = flags
        options = ada.options("/account/confirm/challenge")
        assert options["userVerification"] == "required"
        signed = key.signed(options, ada.visitor.origin)
        seen = ada.visitor.post("/account/confirm/passkey", csrf=csrf, credential=signed)
        assert seen.status == status
    assert ada.visitor.get(f"{PAGE}/app").status == 200


def test_the_emergency_account_has_nothing_to_confirm(accounts: Dashboard) -> None:
    visitor = by_name(accounts)
    csrf = visitor.get("/sign-in").csrf
    visitor.post("/sign-in", csrf=csrf, name="admin", password=PASSWORD)
    page = visitor.get(PAGE)
    assert "emergency account" in page.text
    assert page.all("a", href=f"{PAGE}/app") == []
    assert visitor.get("/account/confirm").status == 403
    visitor.close()


def test_it_leads_to_no_other_site(ada: Person) -> None:
    seen = ada.send("/account/confirm", password=SECRET, next="//evil.example")
    assert seen.location == "/"
