"""The choices for lists that need a store: columns, as for every other list."""

from collections.abc import Callable

import pytest

from tests.routes.server.test_lists import choose, chooser, cookie
from tests.support.dashboard import Dashboard

LISTS = {
    "/sessions": "sessions",
    "/history/participants": "connections",
    "/sip/records": "records",
    "/conversations": "conversation",
    "/webhooks/-/events": "webhooks",
    "/audit": "audit",
    "/users": "users",
}


@pytest.fixture(scope="module")
def dashboard(
    start_dashboard: Callable[..., Dashboard], tmp_path_factory: pytest.TempPathFactory
) -> Dashboard:
    """A dashboard with a store in which there is nothing yet."""
    folder = tmp_path_factory.mktemp("lists")
    return start_dashboard(database_url=f"sqlite:///{folder}/dashboard.db", enable_sip=True)


@pytest.mark.parametrize(("path", "name"), LISTS.items(), ids=LISTS.values())
def test_each_list_remembers_its_own_columns(dashboard: Dashboard, path: str, name: str) -> None:
    visitor = dashboard.visitor()
    page = visitor.get(path)
    fields = chooser(page)
    assert fields["name"] == [name]
    columns = fields["columns"][0].split()
    assert columns
    assert fields["show"] == columns
    answer = choose(visitor, page, show=columns[1:])
    assert (answer.status, answer.location) == (303, path)
    assert cookie(answer) == f"{name}~50~~{columns[0]}"
    assert chooser(visitor.get(path)).get("show", []) == columns[1:]
