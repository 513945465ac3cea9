"""/users/{account}/edit: name, e-mail address and role; roles have effect in open sessions."""

import json

import pytest

from tests.routes.accounts.asked import Guarded, link_in, unique, user_of
from tests.routes.filled import filled
from tests.support.dashboard import Dashboard
from tests.support.people import add_person, browser, signed_in
from tests.support.visitor import Visitor


def test_name_address_and_role_change(accounts: Dashboard, root: Visitor) -> None:
    number = add_person(accounts, unique("anna"), "viewer")
    path, name = f"/users/{number}/edit", unique("Anna <i>")
    form = filled(root.get(path))
    assert (form["role"], form["was"]) == ("viewer", "viewer")
    seen = root.post(path, **(form | {"name": name, "email": "a@b.example", "role": "operator"}))
    assert (seen.status, seen.location) == (303, f"/users/{number}")
    page = root.follow(seen)
    assert f"{name} was saved." in page.text
    assert "a@b.example" in page.text
    assert page.all("a", href="/roles/operator")
    history = root.get("/audit", params={"q": str(number), "kind": "account"})
    assert "Edit user" in history.text
    about = {"q": str(number), "kind": "account"}
    (entry,) = json.loads(root.get("/audit/-/export.json", params=about).html)
    assert json.loads(entry["facts"])["changes"] == [
        {"field": "name", "before": form["name"], "after": name},
        {"field": "email", "before": None, "after": "a@b.example"},
        {"field": "role", "before": "viewer", "after": "operator"},
    ]


def test_a_role_has_effect_immediately(accounts: Dashboard, root: Visitor) -> None:
    name = unique("anna")
    number = add_person(accounts, name, "operator")
    anna = signed_in(accounts, name)
    assert anna.get("/rooms/-/new").status == 200
    root.post(f"/users/{number}/edit", name=name, role="viewer")
    assert anna.get("/rooms/-/new").status == 403
    assert anna.get("/rooms").status == 200


def test_a_form_that_was_open_takes_no_role_back(accounts: Dashboard, root: Visitor) -> None:
    name = unique("anna")
    number = add_person(accounts, name, "operator")
    path = f"/users/{number}/edit"
    form = filled(root.get(path))
    root.post(path, name=name, role="viewer", was="operator")
    root.post(path, **(form | {"email": "new@example.com"}))
    page = root.get(f"/users/{number}")
    assert page.all("a", href="/roles/viewer")
    assert "new@example.com" in page.text


def test_a_new_role_makes_an_open_link_void(accounts: Dashboard, root: Visitor) -> None:
    name = unique("anna")
    made = root.post("/users/-/new", name=name, role="viewer")
    link = link_in(made)
    place = user_of(made)
    seen = root.post(f"{place}/edit", name=name, role="admin", was="viewer")
    assert "is void" in root.follow(seen).text
    assert browser(accounts).get(link).status == 410


@pytest.mark.parametrize("role", ["", "nothing"])
def test_an_unknown_role_changes_nothing(accounts: Dashboard, root: Visitor, role: str) -> None:
    name = unique("anna")
    number = add_person(accounts, name)
    seen = root.post(f"/users/{number}/edit", name=unique("other"), role=role, was="viewer")
    assert seen.status == 422
    assert name in root.get(f"/users/{number}").text


def test_who_manages_users_gives_no_more_than_they_have(accounts: Dashboard, root: Visitor) -> None:
    role, name = unique("clerk"), unique("clerk")
    root.post("/roles/-/new", name=role, permission=["accounts.read", "accounts.write"])
    own = add_person(accounts, name, role)
    clerk = signed_in(accounts, name)
    boss, other = add_person(accounts, unique("boss"), "admin"), unique("other")
    offered = {o["value"] for o in clerk.get("/users/-/new").all("option")}
    assert role in offered
    assert not offered & {"admin", "operator", "support", "viewer"}
    for number in (own, boss):
        seen = clerk.post(f"/users/{number}/edit", name=other, role="admin")
        assert seen.status == 403
        assert "permissions that you lack" in seen.text
    for action in ("disable", "link", "end-sessions", "delete"):
        assert clerk.post(f"/users/{boss}/{action}", typed="x").status in {403, 422}, action
    page = clerk.get(f"/users/{boss}")
    assert "You can't change this user" in page.text
    assert page.all("a", href=f"/users/{boss}/edit") == []
    assert root.get(f"/users/{boss}").all("a", href="/roles/admin")
    seen = clerk.post("/users/-/new", name=other, role=role)
    assert seen.status == 200


def test_a_user_who_is_gone(root: Visitor) -> None:
    assert root.get("/users/999999/edit").status == 404
    assert root.post("/users/999999/edit", name="x", role="viewer").status == 404
    for odd in ("x", "0", "-1", "9" * 30):
        assert root.get(f"/users/{odd}").status in {404, 422}


def test_refuses_what_it_must(accounts: Dashboard, guarded_here: Guarded) -> None:
    number = add_person(accounts, unique("anna"))
    guarded_here(f"/users/{number}/edit", name=unique("anna"), role="viewer")
