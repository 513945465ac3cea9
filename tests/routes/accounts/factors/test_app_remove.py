"""/account/second-factor/app/remove: the app's codes no longer sign in."""

from tests.support.dashboard import Dashboard
from tests.support.factors import PAGE, Person, elsewhere

REMOVE = f"{PAGE}/app/remove"


def test_the_password_is_enough_again(accounts: Dashboard, ada: Person) -> None:
    ada.set_up_app()
    other = elsewhere(accounts, ada)
    other.password()
    other.enter(ada.code())
    assert other.visitor.get("/rooms").status == 200
    seen = ada.send(REMOVE)
    assert "Your authenticator app was removed" in ada.visitor.follow(seen).text
    assert other.visitor.get("/rooms").status == 303
    assert elsewhere(accounts, ada).password().location == "/"


def test_a_passkey_stays_and_so_do_the_codes(accounts: Dashboard, ada: Person) -> None:
    ada.set_up_app()
    ada.add_passkey()
    ada.send(REMOVE)
    assert "10 left" in ada.visitor.get(PAGE).text
    again = elsewhere(accounts, ada)
    assert again.password().location == "/sign-in/code"
    assert again.enter(ada.code(1)).status == 401
    assert again.enter(ada.codes[0]).location == "/"


def test_it_asks_first(ada: Person) -> None:
    ada.set_up_app()
    page = ada.visitor.get(REMOVE)
    assert "Remove the authenticator app?" in page.text
    assert ada.visitor.post(REMOVE, csrf="wrong").status == 403
    assert "Remove app" in ada.visitor.get(PAGE).text
