"""Phone numbers in the names of rooms: who may not see persons sees masks of them.

The address of an open room has its name, for those who may see rooms.
"""

from collections.abc import Callable
from urllib.parse import quote

import pytest

from app.routes.history.session import AUDIT_ROWS
from app.services.audit.rows import AuditRow
from app.services.audit.writing import add_within
from app.store.store import Store
from tests.routes.api.conftest import call, items
from tests.support import conversations as talks
from tests.support import history as rows
from tests.support.dashboard import Dashboard
from tests.support.stores import Databases, in_store
from tests.support.tokens import give_token, program
from tests.support.visitor import Seen, Visitor

NUMBER = "+15550142999"
ROOM = f"call-_{NUMBER}_x7"
MASKED = "call-_Number 1_x7"
READS = [
    "server.read",
    "history.read",
    "conversations.read",
    "sip.read",
    "conversations.manage",
    "recordings.read",
    "audit.read",
]
PLACES = (
    "/sessions",
    "/sessions/RM_1",
    "/sessions/RM_1?tab=connections",
    "/sessions/RM_1?tab=audit",
    "/sessions/-/export.csv",
    "/sessions/-/export.json",
    "/history/participants",
    "/sip/records/SCL_1",
    "/search?q=RM_1",
    "/conversations",
    "/conversations/AJ_1",
    "/conversations/AJ_1?tab=events",
    "/conversations/AJ_1/delete",
    "/conversations/AJ_1/export?as=json",
    "/conversations/AJ_2/export?as=text",
    "/conversations/-/export.csv",
    "/conversations/-/export.json",
    "/conversations/compare",
    "/conversations/compare?left=AJ_2",
    "/conversations/compare?left=AJ_1&right=AJ_2",
    "/agents/insights",
)
SEARCHES = (
    "/sessions?q=",
    "/sessions?room=",
    "/sessions/-/export.csv?q=",
    "/history/participants?q=",
    "/conversations?room=",
    "/conversations/-/export.csv?room=",
    "/recordings?room=",
    "/recordings/-/export.csv?room=",
    "/usage?room=",
    "/usage/-/export.csv?room=",
    "/api/v1/sessions?room=",
    "/api/v1/conversations?room=",
    "/api/v1/recordings?room=",
    "/api/v1/usage?room=",
)


@pytest.fixture(scope="module")
def dashboard(databases: Databases, start_dashboard: Callable[..., Dashboard]) -> Dashboard:
    """A dashboard with a call in a room that has the caller's number in its name."""
    url = databases.new()
    session = rows.session("RM_1", ROOM, agents=1, calls=1)
    in_room = {"room": ROOM, "room_sid": "RM_1"}
    named = talks.conversation("AJ_1", **in_room, response_p95=talks.MILLISECOND)
    nameless = talks.conversation("AJ_2", **in_room, agent="", dispatch="AD_1", ended_at=None)
    rows.keep(
        url,
        {
            rows.SESSIONS: [session],
            rows.CONNECTIONS: [rows.connection("PA_1", session, "sip_1", kind="SIP")],
            rows.CALLS: [rows.call("SCL_1", room_sid="RM_1", room=ROOM)],
            rows.EGRESS_JOBS: [rows.egress("EG_1", session)],
            talks.CONVERSATIONS: [named, nameless],
        },
    )
    in_store(url, close_often)
    return start_dashboard(database_url=url, enable_sip=True)


async def close_often(store: Store) -> None:
    """Audit more acts on the room than the page of its session shows."""
    async with store.write() as connection:
        for number in range(AUDIT_ROWS + 1):
            act = AuditRow(
                at=rows.minutes(1),
                act=f"{number:032x}",
                action="room.update",
                outcome="done",
                actor="ada",
                target={"room": ROOM},
            )
            await add_within(store, connection, act)


@pytest.fixture(scope="module")
def masked(dashboard: Dashboard) -> Visitor:
    """Somebody who may see history and conversations, but not who was in them."""
    return program(dashboard, give_token(dashboard, "admin", READS))


@pytest.fixture(scope="module")
def root(dashboard: Dashboard) -> Visitor:
    """Somebody who may see everything."""
    return program(dashboard, give_token(dashboard, "admin"))


def own(seen: Seen) -> str:
    """Return what a page or a file shows, links included."""
    assert seen.status == 200, seen.html
    return seen.markup


@pytest.mark.parametrize("place", PLACES)
def test_the_number_is_masked(masked: Visitor, root: Visitor, place: str) -> None:
    seen = own(masked.get(place))
    assert NUMBER not in seen
    assert NUMBER[1:] not in seen
    assert MASKED in seen
    assert ROOM in own(root.get(place))


@pytest.mark.parametrize(
    "place", ["/sessions", "/egress/history", "/calls", "/conversations"], ids=lambda each: each
)
def test_the_api_has_masks(masked: Visitor, root: Visitor, place: str) -> None:
    assert {row["room"] for row in items(masked, place)} == {MASKED}
    assert {row["room"] for row in items(root, place)} == {ROOM}


@pytest.mark.parametrize("place", ["/sessions/RM_1", "/conversations/AJ_1"])
def test_one_of_the_api(masked: Visitor, root: Visitor, place: str) -> None:
    assert call(masked, "GET", place).response.json()["room"] == MASKED
    assert call(root, "GET", place).response.json()["room"] == ROOM


def test_links_lead_on_by_the_session(masked: Visitor, root: Visitor) -> None:
    link = 'href="/conversations?session=RM_1"'
    assert link in masked.get("/conversations/AJ_1").html
    assert 'id="conversation-AJ_1"' in masked.get("/conversations?session=RM_1").html
    assert 'href="/conversations?room=call-_%2B15550142999_x7"' in (
        root.get("/conversations/AJ_1").html
    )
    assert 'href="/sessions/RM_1"' in masked.get("/sessions").html


def test_its_name_still_finds_it(masked: Visitor) -> None:
    """A page of a room that is open has its name, and leads to its sessions."""
    seen = masked.get("/sessions", params={"room": ROOM})
    assert 'id="session-RM_1"' in seen.html


def test_the_audit_log_of_the_room_is_linked_only_with_its_name(
    masked: Visitor, root: Visitor
) -> None:
    place, link = "/sessions/RM_1?tab=audit", "All about this room"
    assert f"The newest {AUDIT_ROWS}" in masked.get(place).text
    assert link not in masked.get(place).text
    assert link in root.get(place).text


@pytest.mark.parametrize("search", SEARCHES)
def test_no_pattern_finds_the_digits_of_a_number(
    masked: Visitor, root: Visitor, search: str
) -> None:
    """One search for each digit would read the number behind its mask."""
    for pattern in (f"call-_{NUMBER[:2]}*", "*9_x7", "*\u0661*"):
        assert masked.get(search + quote(pattern)).status == 403
        assert root.get(search + quote(pattern)).status == 200
    for name in (ROOM, "call-*", "*"):
        assert masked.get(search + quote(name)).status == 200
