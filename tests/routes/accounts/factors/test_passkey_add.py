"""/account/second-factor/passkeys/-/new: people add passkeys."""

import pytest

from tests.support.dashboard import Dashboard
from tests.support.factors import PAGE, Person, elsewhere
from tests.support.hostile import MARKUP
from tests.support.passkeys import PRESENT, Key

NEW = f"{PAGE}/passkeys/-/new"
CHALLENGE = f"{PAGE}/passkeys/-/challenge"


def test_it_is_listed_and_ends_the_other_sessions(accounts: Dashboard, ada: Person) -> None:
    other = elsewhere(accounts, ada)
    other.password()
    ada.add_passkey(name="Blue key")
    page = ada.visitor.get(PAGE)
    assert "Blue key" in page.text
    assert "never" in page.text
    assert other.visitor.get("/rooms").status == 303
    assert ada.visitor.get("/rooms").status == 200


def test_the_browser_is_asked_for_one_that_can_be_the_only_factor(ada: Person) -> None:
    key = ada.add_passkey()
    options = ada.options(CHALLENGE)
    assert options["rp"] == {"id": "localhost", "name": "LiveKit Dashboard"}
    assert options["user"]["name"] == ada.name
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert len(options["excludeCredentials"]) == 1
    assert key.handle.hex() not in ada.name


@pytest.mark.parametrize(
    ("key", "origin"),
    [
        (Key(), "https://evil.example"),
        (Key(), "http://localhost:1"),
        (Key("evil.example"), ""),
        (Key(flags=PRESENT), ""),
    ],
)
def test_what_was_not_made_for_this_is_refused(ada: Person, key: Key, origin: str) -> None:
    ada.prove()
    made = key.made(ada.options(CHALLENGE), origin or ada.visitor.origin)
    seen = ada.send(NEW, name="Mine", credential=made)
    assert seen.status == 422
    assert "The passkey could not be verified" in seen.text
    assert "Mine" not in ada.visitor.get(PAGE).text


def test_a_challenge_is_used_up(ada: Person) -> None:
    ada.prove()
    made = Key().made(ada.options(CHALLENGE), ada.visitor.origin)
    assert ada.send(NEW, name="One", credential=made).status == 200
    seen = ada.send(NEW, name="Two", credential=made)
    assert seen.status == 409
    assert "The request for a passkey has expired" in seen.text


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\0b", "a\nb"])
def test_a_name_is_required_and_plain(ada: Person, name: str) -> None:
    ada.prove()
    made = Key().made(ada.options(CHALLENGE), ada.visitor.origin)
    assert ada.send(NEW, name=name, credential=made).status == 422


@pytest.mark.parametrize("answer", ["", "{}", "nonsense", "x" * 30_000, '{"id": "\0"}'])
def test_malformed_answers_are_refused(ada: Person, answer: str) -> None:
    ada.prove()
    ada.options(CHALLENGE)
    assert ada.send(NEW, name="Mine", credential=answer).status == 422


@pytest.mark.parametrize("name", [MARKUP, "<script>window.ran = 1</script>", "x" * 100])
def test_any_name_is_escaped(ada: Person, name: str) -> None:
    ada.add_passkey(name=name)
    page = ada.visitor.get(PAGE)
    assert page.status == 200
    assert page.all("img") == []
    assert name in page.text
