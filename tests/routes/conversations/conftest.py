"""A dashboard with a store and a storage, on each database, to which agents upload."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.dashboard import Dashboard
from tests.support.stores import Databases
from tests.support.tokens import give_token, program
from tests.support.visitor import Visitor


@dataclass(frozen=True)
class Heard:
    """A dashboard that agents upload to, who looks at it, and the folder of its storage."""

    dashboard: Dashboard
    files: Path
    admin: Visitor
    viewer: Visitor


@pytest.fixture(scope="module")
def heard(
    start_dashboard: Callable[..., Dashboard],
    databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
) -> Heard:
    """A dashboard that agents upload to."""
    files = tmp_path_factory.mktemp("files")
    dashboard = start_dashboard(database_url=databases.new(), storage_url=f"file://{files}")
    viewer = program(dashboard, give_token(dashboard, "viewer"))
    return Heard(dashboard, files, dashboard.visitor(), viewer)
