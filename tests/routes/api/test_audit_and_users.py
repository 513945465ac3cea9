"""/api/v1/audit and /api/v1/users: lists of the store."""

import json
import secrets
from collections.abc import Callable

import pytest

from tests.routes.api.conftest import call, items, problem
from tests.support.dashboard import Dashboard
from tests.support.people import add_person
from tests.support.stores import Databases
from tests.support.tokens import Given, give_token, program
from tests.support.visitor import Visitor


@pytest.fixture(scope="module")
def stored(databases: Databases, start_dashboard: Callable[..., Dashboard]) -> Dashboard:
    """A dashboard on each of the databases."""
    return start_dashboard(database_url=databases.new())


@pytest.fixture(scope="module")
def owner(stored: Dashboard) -> Given:
    """An administrator with a token."""
    return give_token(stored, "admin", name="auditor")


@pytest.fixture(scope="module")
def auditor(stored: Dashboard, owner: Given) -> Visitor:
    """A program with all permissions of a token."""
    return program(stored, owner)


def test_acts_are_followed_from_the_newest(auditor: Visitor, owner: Given) -> None:
    names = [f"{number}-{secrets.token_hex(4)}" for number in range(5)]
    for name in names:
        problem(call(auditor, "DELETE", f"/rooms/{name}"), 404)
    for limit in (1, 2, 200):
        found = items(auditor, "/audit", actor=owner.owner, area="room", limit=limit)
        assert [entry["target"]["room"] for entry in found][:5] == names[::-1]
        assert len({entry["id"] for entry in found}) == len(found)
    newest = found[0]
    assert (newest["action"], newest["outcome"], newest["status"]) == (
        "room.delete",
        "refused",
        404,
    )
    assert newest["facts"]["token"] == "auditor"
    assert newest["at"].endswith("Z")
    act = call(auditor, "GET", f"/audit/{newest['id']}").response.json()
    assert [step["outcome"] for step in act["steps"]] == ["attempted", "refused"]
    assert items(auditor, "/audit", q=names[0], kind="room")
    assert not items(auditor, "/audit", q=names[0], kind="trunk")
    assert owner.secret not in json.dumps(found)
    problem(call(auditor, "GET", "/audit/999999999"), 404)


def test_accounts_have_nothing_that_proves_who_somebody_is(
    stored: Dashboard, auditor: Visitor
) -> None:
    part = secrets.token_hex(4)
    names = [f"{part}-{end}" for end in ("<b>", "Ünal", "100%_")]
    numbers = [add_person(stored, name, "support") for name in names]
    for limit in (1, 2, 50):
        found = items(auditor, "/users", q=part, limit=limit)
        assert sorted((user["id"], user["name"]) for user in found) == list(
            zip(numbers, names, strict=True)
        )
    shown = {"id", "name", "role", "email", "state", "sessions", "created", "seen", "disabled"}
    assert found[0].keys() == shown
    assert items(auditor, "/users", q=part, state="disabled") == []
    assert [user["name"] for user in items(auditor, "/users", q=f"{part}-ünAL")] == [names[1]]
    assert [user["name"] for user in items(auditor, "/users", q="%_", role="support")] == [names[2]]
    assert items(auditor, "/users", role="no such") == []
    assert items(auditor, "/users", q="\0") == []
    one = call(auditor, "GET", f"/users/{found[0]['id']}").response.json()
    assert one == found[0]
    problem(call(auditor, "GET", "/users/999999999"), 404)


def test_they_need_permissions_of_their_own(stored: Dashboard) -> None:
    operator = program(stored, give_token(stored, "operator"))
    for path, permission in (("/audit", "audit.read"), ("/users", "accounts.read")):
        assert permission in problem(call(operator, "GET", path), 403)["detail"]
        assert permission in problem(call(operator, "GET", f"{path}/1"), 403)["detail"]
