"""/roles: roles of one's own as sets of permissions."""

import pytest

from app.security.roles import ROLES, Role
from app.text.paths import role_path
from tests.routes.accounts.asked import Guarded, unique
from tests.routes.filled import filled
from tests.support.dashboard import Dashboard
from tests.support.people import add_person, signed_in
from tests.support.visitor import Seen, Visitor

NEW = "/roles/-/new"
MODERATE = ["rooms.read", "participants.moderate"]


def ticked(page: Seen) -> set[str]:
    """Return the permissions that are ticked."""
    return {b["value"] for b in page.all("input", name="permission") if "checked" in b}


def test_mute_and_remove_only(accounts: Dashboard, root: Visitor) -> None:
    role, name = unique("Night & day"), unique("anna")
    seen = root.post(NEW, name=role, permission=MODERATE)
    assert (seen.status, seen.location) == (303, role_path(role))
    page = root.follow(seen)
    assert f"Role {role} was created." in page.text
    add_person(accounts, name, role)
    anna = signed_in(accounts, name)
    may = anna.get("/account").text
    assert "participants.moderate rooms.read server.read" in may
    assert anna.get("/rooms").status == 200
    assert anna.get("/egress").status == 403
    assert anna.get("/settings").status == 403
    assert anna.get("/").status == 200


def test_the_list_has_built_in_and_own_roles(accounts: Dashboard, root: Visitor) -> None:
    role = unique("own")
    root.post(NEW, name=role, permission=MODERATE)
    add_person(accounts, unique("anna"), role)
    page = root.get("/roles")
    for name in (*Role, role):
        assert page.all("a", href=role_path(name)), name
    assert page.all("a", **{"aria-label": f"1 user has the role {role}"})


@pytest.mark.parametrize("role", list(Role))
def test_a_built_in_role_is_shown_and_copied(root: Visitor, role: Role) -> None:
    page = root.get(f"/roles/{role}")
    assert page.status == 200
    assert page.text.count(" yes ") == len(ROLES[role])
    assert page.all("a", href=f"/roles/{role}/edit") == []
    assert root.get(f"/roles/{role}/edit").status == 404
    assert root.post(f"/roles/{role}/edit", name="x").status == 404
    assert root.post(f"/roles/{role}/delete").status == 404
    (copy,) = [a["href"] for a in page.all("a") if "copy=" in a.get("href", "")]
    assert ticked(root.get(copy)) == set(ROLES[role])


@pytest.mark.parametrize("name", ["", " ", "x" * 65, "a\nb", "admin", "ADMIN"])
def test_a_name_that_is_not_accepted(root: Visitor, name: str) -> None:
    page = root.post(NEW, name=name, permission=MODERATE)
    assert page.status in {409, 422}
    assert page.all("input", name="name")[0]["aria-invalid"] == "true"
    assert ticked(page) == {"server.read", *MODERATE}


@pytest.mark.parametrize("permission", [["rooms.fly"], ["participants.moderate"], ["sip.call"]])
def test_permissions_that_are_not_accepted(root: Visitor, permission: list[str]) -> None:
    page = root.post(NEW, name=unique("own"), permission=permission)
    assert page.status == 422
    assert page.all("p", id="e-permission")


def test_a_role_changes_for_those_who_have_it(accounts: Dashboard, root: Visitor) -> None:
    role, name, new = unique("own"), unique("anna"), unique("~ new/%")
    root.post(NEW, name=role, permission=MODERATE)
    number = add_person(accounts, name, role)
    anna = signed_in(accounts, name)
    path = role_path(role, "edit")
    form = filled(root.get(path))
    assert form["name"] == role
    assert "1 user" in root.get(path).text
    seen = root.post(path, name=new, permission=["egress.read"])
    assert seen.location == role_path(new)
    assert f"Role {new} was saved." in root.follow(seen).text
    assert anna.get("/egress").status == 200
    assert anna.get("/rooms").status == 403
    assert root.get(f"/users/{number}").all("a", href=role_path(new))
    assert root.get(role_path(role)).status == 404
    assert root.post(path, name=role, permission=MODERATE).status == 404


def test_it_is_deleted_once_nobody_has_it(accounts: Dashboard, root: Visitor) -> None:
    role, name = unique("own"), unique("anna")
    root.post(NEW, name=role, permission=MODERATE)
    number = add_person(accounts, name, role)
    path = role_path(role, "delete")
    assert "can't be deleted yet" in root.get(path).text
    seen = root.post(path)
    assert seen.status == 409
    assert "Somebody has this role" in seen.text
    root.post(f"/users/{number}/edit", name=name, role="viewer", was=role)
    seen = root.post(path)
    assert f"Role {role} was deleted." in root.follow(seen).text
    assert root.get(role_path(role)).status == 404
    assert root.post(path).status == 404
    history = root.get("/audit", params={"q": role, "kind": "role"})
    for action in ("Create role", "Delete role"):
        assert action in history.text


def test_a_second_click_creates_no_second_role(root: Visitor) -> None:
    role, token = unique("own"), root.token()
    assert root.post(NEW, name=role, csrf=token).status == 303
    assert root.post(NEW, name=role, csrf=token).status == 409


def test_nobody_gives_more_than_they_have(accounts: Dashboard, root: Visitor) -> None:
    role, name = unique("clerk"), unique("clerk")
    root.post(NEW, name=role, permission=["accounts.read", "accounts.write"])
    strong = unique("strong")
    root.post(NEW, name=strong, permission=MODERATE)
    add_person(accounts, name, role)
    clerk = signed_in(accounts, name)
    page = clerk.get(f"{NEW}?copy=admin")
    assert ticked(page) == {"server.read", "accounts.read", "accounts.write"}
    assert "You can't give it, because you don't have it." in page.text
    assert clerk.post(NEW, name=unique("x"), permission=MODERATE).status == 403
    own = role_path(role, "edit")
    assert clerk.post(own, name=role, permission=["accounts.read", "settings.read"]).status == 403
    for action in ("edit", "delete"):
        assert clerk.post(role_path(strong, action), name=strong).status == 403
    assert clerk.get(role_path(strong)).all("a", href=role_path(strong, "edit")) == []
    assert root.get(role_path(strong)).status == 200


def test_refuses_what_it_must(root: Visitor, guarded_here: Guarded) -> None:
    role = unique("own")
    root.post(NEW, name=role, permission=MODERATE)
    guarded_here(NEW, name=unique("own"))
    guarded_here(role_path(role, "edit"), name=unique("own"))
    guarded_here(role_path(role, "delete"))
