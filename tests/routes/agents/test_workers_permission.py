"""People who may not see agents learn nothing of their workers, on no page."""

import re
from functools import partial
from typing import Any

import pytest

from app.config.agents import WorkerAddress
from app.security.accounts.powers import BUILT_IN
from app.security.roles import Permission
from app.services.accounts import roles
from app.services.accounts.powers import Powers
from dev.ports import free_ports
from tests.routes.conftest import Start
from tests.support.people import add_person, signed_in
from tests.support.stores import in_store
from tests.support.visitor import Visitor

ROLE = "tester"
MAY = {Permission.SERVER_READ, Permission.TOKENS_CREATE, Permission.SETTINGS_READ}


@pytest.fixture(scope="module")
def where() -> WorkerAddress:
    """An address at which nobody listens."""
    (port,) = free_ports(1)
    return WorkerAddress(f"http://127.0.0.1:{port}")


@pytest.fixture(scope="module")
def visitors(
    start_dashboard: Start, tmp_path_factory: Any, where: WorkerAddress
) -> tuple[Visitor, Visitor]:
    """Somebody who may not see agents, and somebody who may."""
    url = f"sqlite:///{tmp_path_factory.mktemp('store')}/dashboard.db"
    dashboard = start_dashboard(database_url=url, agent_workers=(where,))
    everything = Powers(frozenset(map(str, Permission)), BUILT_IN, "admin")
    permissions = {str(each) for each in MAY}
    in_store(url, partial(roles.create, powers=everything, name=ROLE, permissions=permissions))
    add_person(dashboard, "tess", ROLE)
    add_person(dashboard, "ada", "admin")
    return signed_in(dashboard, "tess"), signed_in(dashboard, "ada")


def test_only_who_sees_agents_sees_their_workers(
    visitors: tuple[Visitor, Visitor], where: WorkerAddress
) -> None:
    tess, ada = visitors
    assert where.name in ada.get("/agents/workers").text  # after the first round
    assert tess.get("/agents/workers").status == 403
    for path in ("/", "/doctor"):
        assert where.name in ada.get(path).text, path
        seen = tess.get(path)
        assert seen.status == 200
        assert where.name not in seen.html, path
    # others' tests may leave problems in LiveKit
    unseen = r"\d+ problems? concerns? pages that your role doesn't include\."
    assert re.search(unseen, tess.get("/").text)
    service = "0 of 1 reachable"
    assert service in ada.get("/settings").text
    assert service not in tess.get("/settings").text
