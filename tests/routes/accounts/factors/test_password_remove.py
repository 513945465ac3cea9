"""/account/second-factor/password/remove: passkeys in place of the password."""

from tests.support.dashboard import Dashboard
from tests.support.factors import PAGE, Person, elsewhere

REMOVE = f"{PAGE}/password/remove"


def test_only_the_passkey_signs_in_from_then_on(accounts: Dashboard, ada: Person) -> None:
    key = ada.add_passkey()
    assert "You have only one passkey" in ada.visitor.get(REMOVE).text
    other = elsewhere(accounts, ada)
    other.use(key, "/sign-in")
    seen = ada.send(REMOVE)
    assert "Your password was removed" in ada.visitor.follow(seen).text
    assert other.visitor.get("/rooms").status == 303
    again = elsewhere(accounts, ada)
    assert again.password().status == 401
    assert again.use(key, "/sign-in").location == "/"
    page = again.visitor.get("/account/confirm")
    assert page.all("input", name="password") == []
    signed = key.signed(again.options("/account/confirm/challenge"), again.visitor.origin)
    proved = again.visitor.post("/account/confirm/passkey", csrf=page.csrf, credential=signed)
    assert proved.status == 303
    assert again.visitor.get(f"{PAGE}/passkeys/-/new").status == 200


def test_without_a_passkey_it_stays(accounts: Dashboard, ada: Person) -> None:
    ada.set_up_app()
    seen = ada.send(REMOVE)
    assert seen.status == 409
    assert "Add a passkey first" in seen.text
    assert elsewhere(accounts, ada).password().location == "/sign-in/code"
