"""The choices for lists that need a store: columns, as for every other list."""

from collections.abc import Callable
from typing import get_args

import pytest

from app.inputs.layouts import ListName
from app.security.session import LARGEST
from tests.routes.server.test_lists import LISTS as LIVE_LISTS
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
    "/recordings": "recordings",
    "/jobs": "jobs",
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


def test_all_lists_are_remembered_in_a_small_cookie(dashboard: Dashboard) -> None:
    visitor = dashboard.visitor()
    pages = [visitor.get(path) for path in (*LIVE_LISTS, *LISTS)]
    for page in pages:
        choose(visitor, page, show=[], compact="1", size="200")
    widest = max(pages, key=lambda page: len(chooser(page)["columns"][0]))
    answer = choose(visitor, widest, name="people", show=[], compact="1", size="200")
    entries = cookie(answer).split("|")
    assert {entry.partition("~")[0] for entry in entries} == set(get_args(ListName))
    assert len(answer.headers["set-cookie"]) < LARGEST
