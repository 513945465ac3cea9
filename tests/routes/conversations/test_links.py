"""Links to conversations: from a session, the record of a call, and a room."""

from collections.abc import Callable

import pytest

from app.routes.rooms import room_page
from tests.support import conversations as talks
from tests.support import history as rows
from tests.support.dashboard import Dashboard
from tests.support.stores import Databases
from tests.support.tokens import give_token, program
from tests.support.visitor import Visitor


@pytest.fixture(scope="module")
def dashboard(databases: Databases, start_dashboard: Callable[..., Dashboard]) -> Dashboard:
    """A dashboard with a session and a call that an agent took, and others."""
    url = databases.new()
    talk = talks.conversation("AJ_1", room_sid="RM_1", call="SCL_1")
    rows.keep(
        url,
        {
            rows.SESSIONS: [rows.session("RM_1", "one", agents=1), rows.session("RM_2", "two")],
            rows.CALLS: [rows.call("SCL_1"), rows.call("SCL_2")],
            talks.CONVERSATIONS: [talk],
        },
    )
    return start_dashboard(database_url=url, enable_sip=True)


@pytest.mark.parametrize(
    ("place", "link"),
    [
        ("/sessions/RM_1", "/conversations?session=RM_1"),
        ("/sessions/RM_2", ""),
        ("/sip/records/SCL_1", "/conversations?call=SCL_1"),
        ("/sip/records/SCL_2", ""),
    ],
)
def test_links_lead_to_conversations(dashboard: Dashboard, place: str, link: str) -> None:
    admin = dashboard.visitor()
    html = admin.get(place).html
    assert ('href="/conversations?' in html) == bool(link)
    if link:
        assert f'href="{link}"' in html
        assert 'id="conversation-AJ_1"' in admin.get(link).html
    viewer = program(dashboard, give_token(dashboard, "viewer"))
    assert "/conversations?" not in viewer.get(place).html


def talked_in(dashboard: Dashboard, room: str) -> str:
    """Write a conversation in a room; return the link to those of the room."""
    talk = talks.conversation(f"AJ_in_{room}", room=room)
    rows.keep(dashboard.settings.stored_in, {talks.CONVERSATIONS: [talk]})
    return f"/conversations?room={room}"


def test_a_room_leads_to_its_conversations(
    dashboard: Dashboard, make_room: Callable[..., str]
) -> None:
    room, other = make_room(), make_room()
    link = talked_in(dashboard, room)
    admin = dashboard.visitor()
    assert f'href="{link}"' in admin.get(f"/rooms/{room}").html
    assert f'id="conversation-AJ_in_{room}"' in admin.get(link).html
    assert "/conversations?" not in admin.get(f"/rooms/{other}").html
    viewer = program(dashboard, give_token(dashboard, "viewer"))
    seen = viewer.get(f"/rooms/{room}")
    assert seen.status == 200
    assert "/conversations?" not in seen.html


def test_a_room_does_not_wait_for_the_store(
    dashboard: Dashboard, make_room: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    room = make_room()
    talked_in(dashboard, room)
    monkeypatch.setattr(room_page, "TALKED_SECONDS", 0)
    seen = dashboard.visitor().get(f"/rooms/{room}")
    assert seen.status == 200
    assert "/conversations?" not in seen.html


def test_a_room_without_a_store(admin: Visitor, make_room: Callable[..., str]) -> None:
    seen = admin.get(f"/rooms/{make_room()}")
    assert seen.status == 200
    assert "/conversations?" not in seen.html
