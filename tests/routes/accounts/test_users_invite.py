"""/users/-/new: somebody is invited, and the link is shown once."""

import pytest

from app.security.accounts.powers import BUILT_IN
from tests.routes.accounts.asked import Guarded, link_in, unique
from tests.routes.asked import ODD
from tests.support.dashboard import Dashboard
from tests.support.people import add_person, browser, signed_in
from tests.support.visitor import Visitor

NEW = "/users/-/new"


def test_the_link_is_shown_once_and_opens_the_form(accounts: Dashboard, root: Visitor) -> None:
    name = unique("Anna <b>")
    page = root.post(NEW, name=name, email="anna@example.com", role="operator")
    assert page.status == 200
    link = link_in(page)
    assert link.startswith("/invitation?key=")
    assert f"{accounts.url}{link}" in page.html
    opened = browser(accounts).get(link)
    assert opened.status == 200
    assert opened.all("input", autocomplete="username")[0]["value"] == name
    listed = root.get("/users", params={"q": name})
    assert "invited" in listed.text
    assert "anna@example.com" in listed.text
    assert link not in listed.html


def test_the_audit_names_the_account_and_not_the_key(root: Visitor) -> None:
    name = unique("Anna")
    link = link_in(root.post(NEW, name=name, role="viewer"))
    found = root.get("/audit", params={"q": name, "kind": "person"})
    (entry,) = [
        a["href"]
        for a in found.all("a")
        if a.get("href", "").startswith("/audit/") and a["href"].rpartition("/")[2].isdigit()
    ]
    page = root.get(entry)
    assert "Invite user" in page.text
    assert "given viewer" in page.text.lower()
    assert link.partition("key=")[2] not in page.html


def test_the_form_offers_all_roles_to_an_administrator(root: Visitor) -> None:
    page = root.get(NEW)
    assert {*BUILT_IN} <= {option["value"] for option in page.all("option")}


@pytest.mark.parametrize("name", ["", "  ", "a:b", "a\nb", "x" * 201, "\u202e"])
def test_names_that_are_refused_are_marked(root: Visitor, name: str) -> None:
    page = root.post(NEW, name=name, email="kept@example.com", role="viewer")
    assert page.status == 422
    assert page.all("input", name="name")[0]["aria-invalid"] == "true"
    assert page.all("input", name="email")[0]["value"] == "kept@example.com"


@pytest.mark.parametrize("email", ["anna", "@", "a@b@c", "a b@c", f"{'x' * 260}@example.com"])
def test_addresses_that_are_refused_are_marked(root: Visitor, email: str) -> None:
    page = root.post(NEW, name=unique("anna"), email=email, role="viewer")
    assert page.status == 422
    assert page.all("input", name="email")[0]["aria-invalid"] == "true"


@pytest.mark.parametrize("name", [n for n in ODD.values() if n.isprintable() and ":" not in n])
def test_odd_names(root: Visitor, name: str) -> None:
    name = unique(name)[:200]
    page = root.post(NEW, name=name, role="viewer")
    assert page.status == 200
    listed = root.get("/users", params={"q": name})
    (row,) = [a for a in listed.all("a") if a.get("title") == name.strip()]
    assert root.get(row["href"]).status == 200


def test_a_taken_name_and_the_emergency_accounts(accounts: Dashboard, root: Visitor) -> None:
    taken = unique("Anna")
    add_person(accounts, taken)
    for name in (taken, taken.upper(), "admin", "Dashboard"):
        page = root.post(NEW, name=name, role="viewer")
        assert page.status == 409, name
        assert "This name is taken" in page.text
        assert page.all("input", name="name")[0]["value"] == name


@pytest.mark.parametrize("role", ["", "nothing", "a\0b", "Admin"])
def test_an_unknown_role(root: Visitor, role: str) -> None:
    page = root.post(NEW, name=unique("anna"), role=role)
    assert page.status == 422
    assert "There is no such role" in page.text


def test_a_second_click_creates_no_second_account(root: Visitor) -> None:
    name = unique("anna")
    token = root.token()
    assert root.post(NEW, name=name, role="viewer", csrf=token).status == 200
    assert root.post(NEW, name=name, role="viewer", csrf=token).status == 409


@pytest.mark.parametrize("role", ["viewer", "support", "operator"])
def test_other_roles_neither_see_nor_do_it(accounts: Dashboard, role: str) -> None:
    name = unique(role)
    add_person(accounts, name, role)
    visitor = signed_in(accounts, name)
    assert visitor.get("/users").status == 403
    assert visitor.get(NEW).status == 403
    assert visitor.post(NEW, name=unique("anna"), role="viewer").status == 403
    assert visitor.get("/").all("a", href="/users") == []


def test_refuses_what_it_must(guarded_here: Guarded) -> None:
    guarded_here(NEW, name=unique("anna"), role="viewer")
