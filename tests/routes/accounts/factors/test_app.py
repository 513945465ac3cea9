"""/account/second-factor/app: people set up an authenticator app, and sign in with its codes."""

import re

import pyotp
import pytest

from tests.support.dashboard import Dashboard
from tests.support.factors import PAGE, Person, elsewhere
from tests.support.visitor import Seen

APP = f"{PAGE}/app"


def shown(page: Seen) -> tuple[str, str]:
    """Return the key to type, and the field that carries it."""
    found = re.search(r'data-copy="([A-Z2-7]{32})"', page.html)
    assert found
    return found[1], page.all("input", name="setup")[0]["value"]


def test_it_shows_a_code_to_scan_and_a_key_to_type(ada: Person) -> None:
    ada.prove()
    page = ada.visitor.get(APP)
    secret, setup = shown(page)
    assert page.all("svg", class_="qr") or 'class="qr"' in page.html
    assert "style=" not in page.html
    assert " ".join(re.findall("....", secret)) in page.text
    assert secret not in setup
    assert shown(ada.visitor.get(APP))[0] != secret


def test_from_then_on_the_password_is_not_enough(accounts: Dashboard, ada: Person) -> None:
    ada.set_up_app()
    assert len(set(ada.codes)) == 10
    again = elsewhere(accounts, ada)
    assert again.password().location == "/sign-in/code"
    assert again.visitor.get("/rooms").status == 303
    assert again.enter(ada.code()).location == "/"
    assert again.visitor.get("/rooms").status == 200


def test_it_ends_the_other_sessions_only(accounts: Dashboard, ada: Person) -> None:
    other = elsewhere(accounts, ada)
    other.password()
    assert other.visitor.get("/rooms").status == 200
    ada.set_up_app()
    assert other.visitor.get("/rooms").status == 303
    assert ada.visitor.get("/rooms").status == 200


@pytest.mark.parametrize("wrong", ["000000", "abc", ""])
def test_a_wrong_code_keeps_the_key(ada: Person, wrong: str) -> None:
    ada.prove()
    page = ada.visitor.get(APP)
    secret, setup = shown(page)
    seen = ada.visitor.post(APP, csrf=page.csrf, setup=setup, code=wrong)
    assert seen.status == 422
    assert shown(seen) == (secret, setup)
    assert seen.all("input", name="code")[0]["aria-invalid"] == "true"
    code = pyotp.TOTP(secret).now()
    spaced = f"{code[:3]} {code[3:]}"
    assert ada.visitor.post(APP, csrf=page.csrf, setup=setup, code=spaced).status == 200


@pytest.mark.parametrize("bent", ["", "nonsense", "gAAAAA"])
def test_a_key_that_was_not_offered_is_refused(ada: Person, bent: str) -> None:
    ada.prove()
    page = ada.visitor.get(APP)
    code = pyotp.TOTP(shown(page)[0]).now()
    seen = ada.visitor.post(APP, csrf=page.csrf, setup=bent, code=code)
    assert seen.status == 422
    assert "This QR code has expired" in seen.text
    assert shown(seen)[0] != shown(page)[0]


def test_there_is_one_app(ada: Person) -> None:
    ada.set_up_app()
    page = ada.visitor.get(APP)
    secret, setup = shown(page)
    code = pyotp.TOTP(secret).now()
    seen = ada.visitor.post(APP, csrf=page.csrf, setup=setup, code=code)
    assert seen.status == 409
    assert "Remove it first" in seen.text


def test_codes_are_shown_with_the_first_factor_only(ada: Person) -> None:
    ada.add_passkey()
    codes = ada.codes
    ada.set_up_app()
    assert ada.codes == codes
    assert "10 left" in ada.visitor.get(PAGE).text


def test_the_secret_is_in_no_page_afterwards(ada: Person) -> None:
    ada.set_up_app()
    for place in (PAGE, APP, f"{APP}/remove", f"{PAGE}/codes"):
        html = ada.visitor.get(place).html
        assert ada.secret not in html
        assert not any(code in html for code in ada.codes)
