"""The tabs Events and Instructions of a conversation."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest

from tests.routes.conversations import talks
from tests.routes.conversations.conftest import Heard
from tests.support import history
from tests.support.tokens import give_token, program
from tests.support.uploads import TRACES, Spoken, record, send


@pytest.fixture(scope="module")
def spoken(heard: Heard) -> Spoken:
    """A conversation in the middle of a session that history has."""
    spoken = Spoken(room_sid="RM_long", room="long-room")
    record(heard.dashboard, spoken, talks.booking(spoken), header=spoken.header(61.5))
    blocked = [spoken.span("event_loop_blocked", 8 + number, 0.7) for number in range(2)]
    send(heard.dashboard, TRACES, spoken.traces(*blocked))
    began = datetime.fromtimestamp(spoken.began, UTC)
    session = history.session(
        "RM_long",
        "long-room",
        started_at=began - timedelta(minutes=5),
        ended_at=began + timedelta(minutes=5),
        agents=1,
    )
    joined = [
        history.connection(
            "PA_1",
            session,
            "amara",
            name="Amara Nwosu",
            joined_at=began,
            left_at=began + timedelta(minutes=1),
        )
    ]
    assert heard.dashboard.settings.stored_in
    history.keep(
        heard.dashboard.settings.stored_in,
        {
            history.SESSIONS: [session],
            history.CONNECTIONS: joined,
            history.WEBHOOK_EVENTS: [history.event("EV_1", "room_started", session)],
        },
    )
    return spoken


def test_milestones_and_stalls(heard: Heard, spoken: Spoken) -> None:
    seen = heard.admin.get(f"/conversations/{spoken.job}?tab=events")
    for text in ("The agent's session began", "The agent's session ended", "2 stalls", "0.70 s"):
        assert text in seen.text


def test_the_sessions_timeline_shows_the_time_of_the_conversation(
    heard: Heard, spoken: Spoken
) -> None:
    place = f"/conversations/{spoken.job}?tab=events"
    seen = heard.admin.get(place)
    assert "Amara Nwosu" in seen.text
    assert "room_started" in seen.text
    assert re.search(r'class="conn" x="0\.\d+%" width="9\d\.\d+%"', seen.html)
    whole = re.search(r'<a href="([^"]*)">All</a>', seen.html)
    assert whole
    zoomed = heard.admin.get(unescape(whole[1]))
    assert zoomed.status == 200
    assert re.search(r'class="conn" x="50\.0\d*%" width="10\.0\d*%"', zoomed.html)


def test_without_history_there_is_no_timeline(heard: Heard, spoken: Spoken) -> None:
    given = give_token(heard.dashboard, "operator", ["server.read", "conversations.read"])
    seen = program(heard.dashboard, given).get(f"/conversations/{spoken.job}?tab=events")
    assert seen.status == 200
    assert "Amara" not in seen.markup
    assert "Timeline" not in seen.text


def test_a_session_that_history_does_not_have(heard: Heard) -> None:
    spoken = Spoken(room_sid="RM_unheard")
    record(heard.dashboard, spoken)
    seen = heard.admin.get(f"/conversations/{spoken.job}?tab=events")
    assert "No session" in seen.text
    assert "/sessions/RM_unheard" not in seen.html


def test_instructions_and_tools_over_time(heard: Heard) -> None:
    spoken = Spoken()
    update: dict[str, Any] = {"type": "agent_config_update"}
    handoff: dict[str, Any] = {"type": "agent_handoff"}
    items = [
        handoff | {"id": "a", "new_agent_id": "reception"},
        update | {"id": "b", "instructions": "Be brief.", "tools_added": ["find", "move"]},
        update | {"id": "c", "tools_removed": ["find"], "tools_added": ["pay"]},
        handoff | {"id": "d", "old_agent_id": "reception", "new_agent_id": "billing"},
        update | {"id": "e", "instructions": "Explain invoices."},
    ]
    for number, item in enumerate(items):
        item["created_at"] = spoken.began + number + 0.2
    record(heard.dashboard, spoken, items)
    text = heard.admin.get(f"/conversations/{spoken.job}?tab=instructions").text
    text = " ".join(text.split())
    assert "reception 0:01 Be brief. Tools: find , move Added: find , move" in text
    assert "The instructions didn't change. Tools: move , pay Added: pay Removed: find" in text
    assert "billing 0:04 Explain invoices." in text
    assert "find" not in text.partition("Explain invoices.")[2].partition("Response time")[0][:60]


def test_no_instructions(heard: Heard) -> None:
    spoken = Spoken()
    record(heard.dashboard, spoken)
    assert (
        "No instructions" in heard.admin.get(f"/conversations/{spoken.job}?tab=instructions").text
    )
