"""/users/{account}/reset-factor: for somebody who lost a phone."""

from tests.routes.accounts.asked import Guarded, unique
from tests.support.dashboard import Dashboard
from tests.support.factors import Person, elsewhere
from tests.support.people import add_person
from tests.support.visitor import Visitor


def test_the_password_is_enough_again(accounts: Dashboard, root: Visitor, ada: Person) -> None:
    ada.set_up_app()
    key = ada.add_passkey()
    place = f"/users/{ada.number}"
    page = root.get(place)
    assert "authenticator app, 1 passkey, 10 recovery codes" in page.text
    assert "Reset second factor…" in page.text
    assert "make sure who is asking" in root.get(f"{place}/reset-factor").text
    page = root.follow(root.post(f"{place}/reset-factor", csrf=root.token()))
    assert f"The second factor of {ada.name} was reset." in page.text
    assert "Reset second factor…" not in page.text
    assert ada.visitor.get("/rooms").status == 303
    again = elsewhere(accounts, ada)
    assert again.use(key, "/sign-in").status == 401
    assert again.password().location == "/"


def test_an_account_without_a_password_needs_a_link(root: Visitor, ada: Person) -> None:
    ada.add_passkey()
    ada.send("/account/second-factor/password/remove")
    assert "create a link to set one" in root.get(f"/users/{ada.number}/reset-factor").text


def test_refuses_what_it_must(accounts: Dashboard, guarded_here: Guarded) -> None:
    guarded_here(f"/users/{add_person(accounts, unique('anna'))}/reset-factor")
