"""/account/second-factor/passkeys/…/edit: what a passkey is called."""

import re

import pytest

from tests.support.dashboard import Dashboard
from tests.support.factors import PAGE, Person, person


def place_of(who: Person, what: str) -> str:
    """Return the place of a page about somebody's passkey."""
    found = re.search(rf'"({PAGE}/passkeys/\d+/{what})"', who.visitor.get(PAGE).html)
    assert found
    return found[1]


def test_it_is_renamed_without_a_proof(ada: Person) -> None:
    ada.add_passkey(name="Old")
    ada.sign_out()
    ada.password()
    ada.enter(ada.codes[0])
    place = place_of(ada, "edit")
    assert ada.visitor.get(place).all("input", name="name")[0]["value"] == "Old"
    seen = ada.send(place, name="  New  ")
    page = ada.visitor.follow(seen)
    assert "Passkey New renamed" in page.text
    assert "Old" not in page.text


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\0b"])
def test_a_name_is_required_and_plain(ada: Person, name: str) -> None:
    ada.add_passkey()
    seen = ada.send(place_of(ada, "edit"), name=name)
    assert seen.status == 422
    assert seen.all("input", name="name")[0]["aria-invalid"] == "true"


def test_nobody_renames_those_of_others(accounts: Dashboard, ada: Person) -> None:
    ada.add_passkey(name="Hers")
    bob = person(accounts)
    place = place_of(ada, "edit")
    assert bob.visitor.get(place).status == 404
    csrf = bob.visitor.get(PAGE).csrf
    assert bob.visitor.post(place, csrf=csrf, name="Mine").status == 404
    assert "Hers" in ada.visitor.get(PAGE).text
    for number in ("0", "999999", "x", "9" * 30):
        assert ada.visitor.get(f"{PAGE}/passkeys/{number}/edit").status in {404, 422}
