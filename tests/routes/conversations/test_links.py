"""Links to conversations: from a session, and from the record of a call."""

from collections.abc import Callable

import pytest

from tests.support import conversations as talks
from tests.support import history as rows
from tests.support.dashboard import Dashboard
from tests.support.stores import Databases
from tests.support.tokens import give_token, program


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
