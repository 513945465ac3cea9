"""/account/second-factor/passkeys/…/remove: a passkey no longer signs in."""

from tests.routes.accounts.factors.test_passkey_rename import place_of
from tests.support.dashboard import Dashboard
from tests.support.factors import PAGE, Person, elsewhere, person


def test_it_no_longer_signs_in(accounts: Dashboard, ada: Person) -> None:
    key = ada.add_passkey(name="Lost")
    other = elsewhere(accounts, ada)
    assert other.use(key, "/sign-in").location == "/"
    place = place_of(ada, "remove")
    assert "Lost" in ada.visitor.get(place).text
    seen = ada.send(place)
    assert "Passkey Lost removed" in ada.visitor.follow(seen).text
    assert other.visitor.get("/rooms").status == 303
    again = elsewhere(accounts, ada)
    assert again.use(key, "/sign-in").status == 401
    assert again.password().location == "/"


def test_the_last_way_in_stays(accounts: Dashboard, ada: Person) -> None:
    key = ada.add_passkey()
    ada.send(f"{PAGE}/password/remove")
    seen = ada.send(place_of(ada, "remove"))
    assert seen.status == 409
    assert "This is the only way to sign in to your account" in seen.text
    assert elsewhere(accounts, ada).use(key, "/sign-in").location == "/"


def test_nobody_removes_those_of_others(accounts: Dashboard, ada: Person) -> None:
    key = ada.add_passkey()
    bob = person(accounts)
    bob.prove()
    place = place_of(ada, "remove")
    assert bob.visitor.get(place).status == 404
    csrf = bob.visitor.get(PAGE).csrf
    assert bob.visitor.post(place, csrf=csrf).status == 404
    assert elsewhere(accounts, ada).use(key, "/sign-in").location == "/"
