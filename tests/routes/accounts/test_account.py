"""/account: one's own name and password."""

import secrets
from collections.abc import Iterator

import pytest

from tests.support.dashboard import PASSWORD, Dashboard
from tests.support.leaks import LEAKS
from tests.support.people import SECRET, add_person, browser, signed_in
from tests.support.visitor import Visitor

NEW = "quite-Another-9-secret"


@pytest.fixture
def name() -> str:
    """A name that nobody has yet."""
    return f"fay {secrets.token_hex(4)}"


@pytest.fixture
def fay(accounts: Dashboard, name: str) -> Iterator[Visitor]:
    """A viewer, signed in."""
    LEAKS.keep(NEW, "a password")
    add_person(accounts, name)
    visitor = signed_in(accounts, name)
    yield visitor
    visitor.close()


def can_sign_in(accounts: Dashboard, name: str, password: str) -> bool:
    visitor = browser(accounts)
    csrf = visitor.get("/sign-in").csrf
    seen = visitor.post("/sign-in", csrf=csrf, name=name, password=password)
    visitor.close()
    return seen.status == 303


def test_it_says_who_one_is(fay: Visitor, name: str) -> None:
    page = fay.get("/account")
    assert page.status == 200
    assert name in page.text
    assert "rooms.read" in page.text


@pytest.mark.parametrize("new", ["<b>& 'x'", "Ünïcödé", "x" * 200, "\u202egnp.exe"[1:]])
def test_a_name_changes(fay: Visitor, accounts: Dashboard, new: str) -> None:
    wanted = f"{new[:190]}{secrets.token_hex(4)}"
    seen = fay.post("/account/name", name=f" {wanted} ")
    assert seen.status == 303
    page = fay.follow(seen)
    assert wanted in page.text
    assert "<b>&" not in page.html
    assert can_sign_in(accounts, wanted, SECRET)


@pytest.mark.parametrize("wrong", ["", "a:b", "x" * 201, "two\nlines", "  "])
def test_a_name_that_is_not_accepted(fay: Visitor, name: str, wrong: str) -> None:
    seen = fay.post("/account/name", name=wrong)
    assert seen.status == 422
    assert seen.all("input", name="name")[0]["aria-invalid"] == "true"
    assert name in fay.get("/account").text


def test_a_name_that_somebody_has(fay: Visitor, accounts: Dashboard) -> None:
    taken = f"Gus {secrets.token_hex(4)}"
    add_person(accounts, taken)
    seen = fay.post("/account/name", name=taken.upper())
    assert seen.status == 409
    assert "There is already an account with the name" in seen.text


@pytest.mark.parametrize("reserved", ["admin", "ADMIN ", "Command line (root)", "Dashboard"])
def test_nobody_takes_the_name_of_the_emergency_account_or_of_a_program(
    fay: Visitor, name: str, reserved: str
) -> None:
    seen = fay.post("/account/name", name=reserved)
    assert seen.status == 409
    assert "the name of the emergency account, or of a program" in seen.text
    assert name in fay.get("/account").text


def test_a_password_changes_and_ends_all_other_sessions(
    fay: Visitor, accounts: Dashboard, name: str
) -> None:
    elsewhere, thief = signed_in(accounts, name), browser(accounts)
    thief.http.cookies.update(dict(fay.http.cookies))
    seen = fay.post("/account/password", current=SECRET, new=NEW)
    assert seen.status == 303
    assert "Your password has been changed" in fay.follow(seen).text
    assert elsewhere.get("/rooms").status == 303
    assert thief.get("/rooms").status == 303  # the key of this session has changed too
    assert not can_sign_in(accounts, name, SECRET)
    assert can_sign_in(accounts, name, NEW)
    elsewhere.close()
    thief.close()


@pytest.mark.parametrize(
    ("current", "new", "field", "reason"),
    [
        ("wrong-password-1", NEW, "current", "This isn't your password."),
        (SECRET, "short", "new", "Use at least 12 characters."),
        (SECRET, "1qaz2wsx3edc", "new", "most common passwords"),
        (SECRET, "a" * 20, "new", "different characters"),
        (SECRET, "", "new", "This field is required."),
    ],
)
def test_what_is_wrong_is_marked_and_nothing_sent_back(
    fay: Visitor, accounts: Dashboard, name: str, current: str, new: str, field: str, reason: str
) -> None:
    seen = fay.post("/account/password", current=current, new=new)
    assert seen.status == 422
    assert seen.all("input", name=field)[0]["aria-invalid"] == "true"
    assert reason in seen.text
    assert [each for each in seen.all("input", type="password") if "value" in each] == []
    assert can_sign_in(accounts, name, SECRET)


def test_the_name_is_no_password(fay: Visitor, name: str) -> None:
    seen = fay.post("/account/password", current=SECRET, new=name.upper())
    assert "The password can't be the name." in seen.text


@pytest.mark.parametrize("place", ["/account/name", "/account/password"])
def test_they_need_a_token_and_a_session(fay: Visitor, accounts: Dashboard, place: str) -> None:
    assert fay.post(place, csrf="wrong", name="x", current=SECRET, new=NEW).status == 403
    program = accounts.visitor()
    assert program.get(place).status == 403
    assert program.post(place, name="x").status == 403
    program.close()


def test_the_emergency_account_has_no_settings(accounts: Dashboard) -> None:
    admin = signed_in(accounts, "admin", PASSWORD)
    assert "emergency account" in admin.get("/account").text
    for place in ("name", "password", "preferences"):
        assert admin.get(f"/account/{place}").status == 403
    admin.close()
