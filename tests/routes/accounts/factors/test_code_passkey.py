"""/sign-in/code/passkey: a passkey as the second step."""

import pytest

from tests.support.dashboard import Dashboard
from tests.support.factors import Person, elsewhere, person
from tests.support.passkeys import PRESENT

CODE = "/sign-in/code"


def test_it_signs_in_after_the_password(accounts: Dashboard, ada: Person) -> None:
    key = ada.add_passkey()
    assert len(ada.codes) == 10
    again = elsewhere(accounts, ada)
    assert again.password().location == CODE
    key.flags = PRESENT  # as a second factor, nobody needs to be recognized
    assert again.use(key, CODE).location == "/"
    assert again.visitor.get("/rooms").status == 200


def test_a_recovery_code_does_too(accounts: Dashboard, ada: Person) -> None:
    ada.add_passkey()
    again = elsewhere(accounts, ada)
    again.password()
    page = again.visitor.get(CODE)
    assert "Recovery code" in page.text
    assert "authenticator app" not in page.text
    assert again.enter("123456").status == 401
    assert again.enter(ada.codes[0]).location == "/"


def test_it_must_be_ones_own(accounts: Dashboard, ada: Person) -> None:
    ada.add_passkey()
    bob = person(accounts)
    theirs = bob.add_passkey()
    again = elsewhere(accounts, ada)
    again.password()
    seen = again.use(theirs, CODE)
    assert seen.status == 401
    assert "The passkey was not accepted" in seen.text
    assert again.visitor.get("/rooms").status == 303


@pytest.mark.parametrize("place", ["/sign-in/passkey/challenge", "/sign-in"])
def test_a_challenge_is_for_its_purpose_only(accounts: Dashboard, ada: Person, place: str) -> None:
    key = ada.add_passkey()
    again = elsewhere(accounts, ada)
    again.password()
    options = again.options(f"{CODE}/challenge")
    if place.endswith("challenge"):
        options = again.options(place)
    else:
        options = options | {"challenge": "AAAA"}
    csrf = again.visitor.get(CODE).csrf
    signed = key.signed(options, again.visitor.origin)
    seen = again.visitor.post(f"{CODE}/passkey", csrf=csrf, credential=signed)
    assert seen.status in {401, 409}
    assert again.visitor.get("/rooms").status == 303
