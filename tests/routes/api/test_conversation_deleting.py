"""DELETE /api/v1/conversations/{job}: a program deletes a conversation with its files."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.routes.api.conftest import call, problem
from tests.support.dashboard import Dashboard
from tests.support.stores import Databases
from tests.support.tokens import give_token, program
from tests.support.uploads import TRACES, Spoken, send


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the storage."""
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def heard(
    databases: Databases, start_dashboard: Callable[..., Dashboard], files: Path
) -> Dashboard:
    """A dashboard that agents upload to, on each database."""
    return start_dashboard(database_url=databases.new(), storage_url=f"file://{files}")


def test_it_is_deleted(heard: Dashboard, files: Path) -> None:
    root = program(heard, give_token(heard, "admin"))
    spoken, other = Spoken(), Spoken()
    for each in (spoken, other):
        assert send(heard, TRACES, each.traces(each.span("llm_node"))).status_code == 200
    place = f"/conversations/{spoken.job}"
    assert call(root, "DELETE", place).status == 204
    left = {path.parent.name for path in files.rglob("*.gz")}
    assert spoken.job not in left
    assert other.job in left
    assert call(root, "GET", f"{place}/spans").status == 404
    assert call(root, "DELETE", place).status == 204, "again, it does no harm"
    problem(call(root, "DELETE", "/conversations/AJ_none"), 404)


def test_only_with_the_permission(heard: Dashboard) -> None:
    spoken = Spoken()
    send(heard, TRACES, spoken.traces(spoken.span("llm_node")))
    operator = program(heard, give_token(heard, "operator"))
    problem(call(operator, "DELETE", f"/conversations/{spoken.job}"), 403)
    assert call(operator, "GET", f"/conversations/{spoken.job}/spans").status == 200
