"""/sign-in/passkey: a passkey as the only factor."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from app.security.accounts import challenges
from tests.routes.accounts.factors.test_code import changed
from tests.support.dashboard import PASSWORD, Dashboard
from tests.support.factors import Person, by_name, elsewhere, person
from tests.support.passkeys import PRESENT, Key, text
from tests.support.people import browser, signed_in
from tests.support.stores import Databases


@pytest.fixture
def key(ada: Person) -> Key:
    """A passkey of Ada's."""
    return ada.add_passkey()


@pytest.fixture
def again(accounts: Dashboard, ada: Person, key: Key) -> Person:
    """Ada in another browser."""
    return elsewhere(accounts, ada)


def refused(again: Person, key: Key, **bent: str) -> None:
    """Assert that a signature is refused, and nobody learns why."""
    seen = again.use(key, "/sign-in", **bent)
    assert seen.status == 401
    assert "The passkey was not accepted" in seen.text
    assert "Try again, or sign in another way." in seen.text
    assert again.visitor.get("/rooms").status == 303


def test_it_signs_in_without_name_and_password(again: Person, key: Key) -> None:
    assert again.use(key, "/sign-in").location == "/"
    assert again.name in again.visitor.get("/rooms").text


def test_it_asks_for_any_passkey_of_this_site(again: Person) -> None:
    options = again.options("/sign-in/passkey/challenge")
    assert options["rpId"] == "localhost"
    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"
    assert options["challenge"] != again.options("/sign-in/passkey/challenge")["challenge"]


def test_whoever_uses_it_must_be_recognized(again: Person, key: Key) -> None:
    key.flags = PRESENT
    refused(again, key)


def test_unknown_ones_are_answered_like_wrong_ones(again: Person, key: Key) -> None:
    refused(again, Key(handle=b"x" * 32))
    refused(again, key, signature=text(b"wrong"))
    refused(again, key, userHandle=text(b"x" * 32))


def test_another_site_gets_no_signature_that_counts(again: Person, key: Key) -> None:
    for origin in ("https://evil.example", "http://localhost:1", "https://localhost"):
        csrf = again.visitor.get("/sign-in").csrf
        signed = key.signed(again.options("/sign-in/passkey/challenge"), origin)
        seen = again.visitor.post("/sign-in/passkey", csrf=csrf, credential=signed)
        assert seen.status == 401, origin
    key.host = "evil.example"
    refused(again, key)


def test_a_challenge_is_good_once_also_in_a_copy_of_the_cookie(
    accounts: Dashboard, again: Person
) -> None:
    key = Key(counts=False)
    mine = elsewhere(accounts, again)
    mine.password()
    assert mine.enter(again.codes[0]).location == "/"
    mine.add_passkey(key)
    csrf = again.visitor.get("/sign-in").csrf
    signed = key.signed(again.options("/sign-in/passkey/challenge"), again.visitor.origin)
    copied = by_name(accounts)
    copied.http.cookies.update(dict(again.visitor.http.cookies))
    fields = {"csrf": csrf, "credential": signed}
    assert again.visitor.post("/sign-in/passkey", **fields).location == "/"
    replayed = copied.post("/sign-in/passkey", **fields)
    assert replayed.status == 409
    assert "The request for a passkey has expired" in replayed.text
    assert copied.get("/rooms").status == 303


def test_a_challenge_expires(again: Person, key: Key, monkeypatch: pytest.MonkeyPatch) -> None:
    csrf = again.visitor.get("/sign-in").csrf
    signed = key.signed(again.options("/sign-in/passkey/challenge"), again.visitor.origin)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + challenges.LIFETIME)
    seen = again.visitor.post("/sign-in/passkey", csrf=csrf, credential=signed)
    assert seen.status == 409
    assert "The request for a passkey has expired" in seen.text
    assert again.visitor.get("/rooms").status == 303


def test_a_disabled_account_is_answered_like_an_unknown_one(
    accounts: Dashboard, again: Person, key: Key
) -> None:
    changed(accounts, again, disabled=datetime.now(UTC))
    refused(again, key)


def test_an_account_without_a_password_signs_in_by_it(
    accounts: Dashboard, again: Person, key: Key
) -> None:
    changed(accounts, again, password_hash=None)
    assert again.password().status == 401
    assert again.use(key, "/sign-in").location == "/"


def test_tries_are_limited(databases: Databases, start_dashboard: Callable[..., Dashboard]) -> None:
    strict = start_dashboard(database_url=databases.new(), signin_tries_per_minute=3)
    bob = person(strict)
    stranger = elsewhere(strict, bob)
    unknown = Key(handle=b"x" * 32)
    statuses = [stranger.use(unknown, "/sign-in").status for _ in range(5)]
    assert statuses == [401, 401, 401, 429, 429]


def test_an_ip_address_has_no_passkeys_and_the_page_offers_none(accounts: Dashboard) -> None:
    visitor = browser(accounts)
    page = visitor.get("/sign-in")
    assert page.all("form", action="/sign-in/passkey") == []
    refused = visitor.get("/sign-in/passkey/challenge")
    assert refused.status == 409
    assert "by a host name" in refused.text
    named = by_name(accounts)
    (form,) = named.get("/sign-in").all("form", action="/sign-in/passkey")
    assert "hidden" in form
    named.close()
    visitor.close()


def test_it_is_in_the_audit_also_if_it_fails(accounts: Dashboard, again: Person, key: Key) -> None:
    again.use(key, "/sign-in", signature=text(b"wrong"))
    again.use(key, "/sign-in")
    admin = signed_in(accounts, "admin", PASSWORD)
    rows = admin.get("/audit/-/export.json", params={"action": "session"}).response.json()
    (done,) = [row for row in rows if row["actor"] == again.name and '"passkey"' in row["facts"]]
    assert done["outcome"] == "done"
    refused = [row for row in rows if row["outcome"] == "refused" and not row["actor"]]
    assert any("passkey" in row["reason"] for row in refused)
    admin.close()
