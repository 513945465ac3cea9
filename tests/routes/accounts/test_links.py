"""/invitation and /reset: a password is chosen once, and its owner is signed in."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import update

from app.store.schema import LINKS
from app.store.store import Store
from tests.routes.accounts.asked import link_in, unique, user_of
from tests.support.dashboard import Dashboard
from tests.support.leaks import LEAKS
from tests.support.people import SECRET, add_person, browser, signed_in
from tests.support.stores import in_store
from tests.support.visitor import Seen, Visitor

CHOSEN = "a-Chosen-secret-8"


@pytest.fixture
def name() -> str:
    """A name that nobody has yet."""
    LEAKS.keep(CHOSEN, "a password")
    return unique("Anna")


@pytest.fixture
def invitation(root: Visitor, name: str) -> str:
    """The path of an invitation."""
    return link_in(root.post("/users/-/new", name=name, role="operator"))


def key_of(link: str) -> str:
    """Return the key in a link."""
    return link.partition("key=")[2]


def used(visitor: Visitor, link: str, password: str = CHOSEN, **fields: str) -> Seen:
    """Open a link, and send the form with a password."""
    csrf = visitor.get(link).csrf or visitor.get("/sign-in").csrf
    path = link.partition("?")[0]
    return visitor.post(path, **({"csrf": csrf, "key": key_of(link)} | fields), password=password)


def test_an_invitation_sets_the_password_and_signs_in(
    accounts: Dashboard, name: str, invitation: str, root: Visitor
) -> None:
    visitor = browser(accounts)
    page = visitor.get(invitation)
    assert page.all("nav") == []
    assert page.all("input", type="password")[0]["autocomplete"] == "new-password"
    assert "At least 12 characters" in page.text
    seen = used(visitor, invitation)
    assert (seen.status, seen.location) == (303, "/")
    opened = visitor.follow(seen)
    assert f"Welcome, {name}." in opened.text
    assert visitor.get("/rooms/-/new").status == 200
    assert "link" in visitor.get("/account/sessions").text
    assert signed_in(accounts, name, CHOSEN).get("/rooms").status == 200
    history = root.get("/audit", params={"actor": name})
    assert "Accept invitation" in history.text


def test_it_works_once(accounts: Dashboard, name: str, invitation: str) -> None:
    used(browser(accounts), invitation)
    other = browser(accounts)
    page = other.get(invitation)
    assert page.status == 410
    assert "This link isn't valid any more" in page.text
    assert page.all("a", href="/sign-in")
    seen = used(other, invitation, "another-Secret-77")
    assert seen.status == 410
    assert other.get("/rooms").status == 303
    assert signed_in(accounts, name, CHOSEN).get("/rooms").status == 200


def test_opening_it_changes_nothing(accounts: Dashboard, invitation: str) -> None:
    scanner = httpx.Client(base_url=accounts.url)
    for method in ("GET", "HEAD", "GET"):
        assert scanner.request(method, invitation).status_code == 200
    scanner.close()
    assert used(browser(accounts), invitation).status == 303


def test_of_two_at_once_one_gets_it(accounts: Dashboard, invitation: str) -> None:
    both = [browser(accounts) for _ in range(2)]
    tokens = [visitor.get(invitation).csrf for visitor in both]

    async def pressed() -> list[Seen]:
        return await asyncio.gather(
            *(
                asyncio.to_thread(
                    visitor.post,
                    "/invitation",
                    csrf=token,
                    key=key_of(invitation),
                    password=CHOSEN,
                )
                for visitor, token in zip(both, tokens, strict=True)
            )
        )

    statuses = sorted(seen.status for seen in asyncio.run(pressed()))
    assert statuses == [303, 410]


def test_a_reset_ends_all_sessions(accounts: Dashboard, root: Visitor, name: str) -> None:
    number = add_person(accounts, name)
    elsewhere = signed_in(accounts, name)
    link = link_in(root.post(f"/users/{number}/link"))
    visitor = browser(accounts)
    assert "Choose a new password" in visitor.get(link).text
    assert used(visitor, link).status == 303
    assert elsewhere.get("/rooms").status == 303
    assert visitor.get("/rooms").status == 200
    old = browser(accounts)
    csrf = old.get("/sign-in").csrf
    assert old.post("/sign-in", csrf=csrf, name=name, password=SECRET).status == 401


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "This field is required."),
        ("short", "Use at least 12 characters."),
        ("1qaz2wsx3edc", "most common passwords"),
        ("aaaaaaaaaaaaaaaa", "different characters"),
        ("x" * 1001, "Use at most 1000 characters."),
    ],
)
def test_a_password_that_is_not_accepted_uses_nothing_up(
    accounts: Dashboard, invitation: str, password: str, reason: str
) -> None:
    visitor = browser(accounts)
    seen = used(visitor, invitation, password)
    assert seen.status == 422
    assert reason in seen.text
    assert seen.all("input", name="password")[0]["aria-invalid"] == "true"
    assert seen.all("input", name="password")[0].get("value", "") == ""
    again = visitor.post(
        "/invitation",
        csrf=seen.csrf,
        key=seen.all("input", name="key")[0]["value"],
        password=CHOSEN,
    )
    assert again.status == 303


def test_the_name_is_no_password(accounts: Dashboard, root: Visitor) -> None:
    name = unique("a long name")
    link = link_in(root.post("/users/-/new", name=name, role="viewer"))
    assert "The password can't be the name." in used(browser(accounts), link, name.upper()).text


def test_who_is_signed_in_becomes_the_new_user(
    accounts: Dashboard, root: Visitor, name: str
) -> None:
    made = root.post("/users/-/new", name=name, role="viewer")
    link, other = link_in(made), unique("other")
    add_person(accounts, other, "admin")
    visitor = signed_in(accounts, other)
    before = dict(visitor.http.cookies)
    page = visitor.get(link)
    assert page.all("nav") == []
    assert other not in page.html
    assert used(visitor, link).status == 303
    assert dict(visitor.http.cookies) != before
    assert name in visitor.get("/account").text
    assert visitor.get("/users").status == 403
    assert root.get(user_of(made)).status == 200


@pytest.mark.parametrize("key", ["", "wrong", "é\0", "x" * 3000])
@pytest.mark.parametrize("path", ["/invitation", "/reset"])
def test_odd_keys(accounts: Dashboard, path: str, key: str) -> None:
    visitor = browser(accounts)
    assert visitor.get(path, params={"key": key}).status == 410
    csrf = visitor.get("/sign-in").csrf
    assert visitor.post(path, csrf=csrf, key=key, password=CHOSEN).status == 410
    assert visitor.post(path, csrf=csrf).status in {410, 422}


def test_an_invitation_is_no_reset(accounts: Dashboard, invitation: str) -> None:
    assert browser(accounts).get(invitation.replace("/invitation", "/reset")).status == 410


def test_after_a_day_it_has_expired(accounts: Dashboard, invitation: str) -> None:
    async def aged(store: Store) -> None:
        async with store.write() as connection:
            past = datetime.now(UTC) - timedelta(seconds=1)
            await connection.execute(update(LINKS).values(expires=past))

    in_store(accounts.settings.stored_in, aged)
    page = browser(accounts).get(invitation)
    assert page.status == 410
    assert "older than 24 hours" in page.text


@pytest.mark.parametrize("token", ["", "wrong"])
def test_it_needs_a_token_of_this_browser(accounts: Dashboard, invitation: str, token: str) -> None:
    visitor = browser(accounts)
    assert used(visitor, invitation, csrf=token).status == 403
    assert used(visitor, invitation).status == 303


def test_another_site_cannot_send_it(accounts: Dashboard, invitation: str) -> None:
    visitor = browser(accounts)
    fields = {"csrf": visitor.get(invitation).csrf, "key": key_of(invitation), "password": CHOSEN}
    refused = visitor.send("/invitation", fields, Origin="https://elsewhere.example")
    assert refused.status == 403
    assert visitor.get(invitation).status == 200


def test_wrong_methods(accounts: Dashboard) -> None:
    for path in ("/invitation", "/reset"):
        for method in ("PUT", "PATCH", "DELETE"):
            assert browser(accounts).http.request(method, path).status_code == 405


def test_the_key_leaves_this_dashboard_nowhere(
    accounts: Dashboard, root: Visitor, invitation: str
) -> None:
    page = browser(accounts).get(invitation)
    assert page.headers["referrer-policy"] == "same-origin"
    assert page.headers["cache-control"] == "no-store"
    key = key_of(invitation)
    assert page.html.count(key) == 1, "only in the form"
    for path in ("/audit", "/users", "/audit/-/export.json"):
        assert key not in root.get(path).html
