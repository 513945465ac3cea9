"""The last administrator can be neither demoted, nor disabled, nor deleted, by nobody."""

from collections.abc import Callable

import pytest

from tests.support.dashboard import Dashboard
from tests.support.people import add_person, signed_in
from tests.support.stores import Databases
from tests.support.visitor import Visitor


@pytest.fixture
def last(databases: Databases, start_dashboard: Callable[..., Dashboard]) -> tuple[Visitor, int]:
    """The browser of the only administrator, and the account's number."""
    dashboard = start_dashboard(database_url=databases.new())
    number = add_person(dashboard, "root", "admin")
    visitor = signed_in(dashboard, "root")
    visitor.post("/users/-/new", name="only invited", role="admin")
    return visitor, number


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("edit", {"name": "root", "role": "viewer", "was": "admin"}),
        ("disable", {}),
        ("delete", {"typed": "root"}),
    ],
)
def test_it_stays(last: tuple[Visitor, int], action: str, fields: dict[str, str]) -> None:
    visitor, number = last
    seen = visitor.post(f"/users/{number}/{action}", **fields)
    assert seen.status == 409
    assert "This is the last administrator" in seen.text
    page = visitor.get(f"/users/{number}")
    assert page.status == 200
    assert page.all("a", href="/roles/admin")
