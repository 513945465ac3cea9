"""/users/{account}/delete: an account goes once its name was typed; the audit keeps the name."""

import pytest

from tests.routes.accounts.asked import Guarded, unique
from tests.support.dashboard import Dashboard
from tests.support.people import add_person, signed_in
from tests.support.visitor import Visitor


@pytest.mark.parametrize("kind", ["anna", "Ümläut <b>&", "a/b%2F", "\U0001f600"])
def test_it_goes_with_its_sessions_and_the_audit_keeps_the_name(
    accounts: Dashboard, root: Visitor, kind: str
) -> None:
    name = unique(kind)
    number = add_person(accounts, name)
    visitor = signed_in(accounts, name)
    assert name in root.get(f"/users/{number}/delete").text
    seen = root.post(f"/users/{number}/delete", typed=f" {name.upper()} ")
    assert seen.location == "/users"
    assert f"{name} was deleted." in root.follow(seen).text
    assert visitor.get("/rooms").status == 303
    assert root.get(f"/users/{number}").status == 404
    assert root.post(f"/users/{number}/delete", typed=name).status == 404
    history = root.get("/audit", params={"actor": name})
    assert "Sign in" in history.text
    about = root.get("/audit", params={"q": name, "kind": "person"})
    assert "Delete user" in about.text


@pytest.mark.parametrize("typed", ["", "another", "anna"])
def test_without_the_name_nothing_is_deleted(
    accounts: Dashboard, root: Visitor, typed: str
) -> None:
    number = add_person(accounts, unique("anna"))
    seen = root.post(f"/users/{number}/delete", typed=typed)
    assert seen.status == 422
    assert "Nothing was deleted." in seen.text
    assert root.get(f"/users/{number}").status == 200


def test_refuses_what_it_must(accounts: Dashboard, guarded_here: Guarded) -> None:
    name = unique("anna")
    guarded_here(f"/users/{add_person(accounts, name)}/delete", typed=name)
