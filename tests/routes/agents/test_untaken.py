"""Dispatches that no worker took: in the list of agents, and on the room's page."""

import pytest

from app.services.agents import agents
from app.text.paths import dispatch_path, room_path
from tests.routes.agents.test_list import NOBODY, address, dispatch, listed
from tests.routes.asked import Ask
from tests.routes.conftest import Join
from tests.support.visitor import Visitor


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Don't wait for a worker."""
    monkeypatch.setattr(agents, "PATIENCE", agents.PATIENCE * 0)


def test_a_dispatch_that_no_worker_took_is_listed_and_on_the_room_s_page(
    admin: Visitor, livekit: Ask, room: str, join: Join, patient: None
) -> None:
    join(room, "caller")
    made = dispatch(livekit, room, NOBODY)
    page = admin.get(address(q=NOBODY))
    assert made in " ".join(listed(page))
    assert "No worker accepted 1 dispatch." in admin.get(room_path(room)).text
    page = admin.get(f"{room_path(room)}?tab=agents")
    assert f"{NOBODY} no worker No agent" in page.text
    assert page.all("a", href=dispatch_path(room, made), title=NOBODY)


def test_the_dispatch_of_every_room_is_not_on_its_page(
    admin: Visitor, room: str, patient: None
) -> None:
    assert "automatic" not in admin.get(f"{room_path(room)}?tab=agents").text
