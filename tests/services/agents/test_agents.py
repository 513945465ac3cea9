"""What is made of dispatches and their jobs, those too that this server version never tells."""

from datetime import UTC, datetime

import pytest
from livekit.api import AgentDispatch
from livekit.protocol import agent, models
from livekit.protocol.agent_dispatch import AgentDispatchState

from app.services.agents import agents, dispatches
from app.services.agents.states import AgentStatus
from app.services.livekit.enums import Newer

LONG_AGO = 1_700_000_000 * 10**9


def dispatch(**state: object) -> AgentDispatch:
    """Return a dispatch with one job in this state."""
    room = models.Room(name="r", turn_password="secret-of-turn")
    job = agent.Job(id="AJ_1", room=room, state=agent.JobState(**state))  # type: ignore[arg-type]
    told = AgentDispatchState(jobs=[job], created_at=LONG_AGO)
    return AgentDispatch(id="AD_1", room="r", agent_name="helper", state=told)


def row(found: AgentDispatch, *people: models.ParticipantInfo) -> agents.AgentRow:
    """Return the one row of a room with this dispatch and these people."""
    record = dispatches.record(found)
    (one,) = agents._rows("r", [record], people, named=True)
    return one


def test_an_error_is_told_without_the_secrets_in_it() -> None:
    error = "cannot reach rtmp://host/live/stream-key-0123"
    found = row(dispatch(status=agent.JS_FAILED, error=error, ended_at=LONG_AGO))
    assert found.status is AgentStatus.FAILED
    assert found.error.startswith("cannot reach rtmp://host/live/")
    assert "stream-key-0123" not in found.error


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ({"status": agent.JS_PENDING}, AgentStatus.PENDING),
        ({"status": agent.JS_CANCELLED}, AgentStatus.CANCELLED),
        ({"status": agent.JS_SUCCESS}, AgentStatus.DECLINED),
        ({"status": agent.JS_SUCCESS, "participant_identity": "a"}, AgentStatus.SUCCESS),
        ({"status": agent.JS_RUNNING, "started_at": LONG_AGO}, AgentStatus.GONE),
        ({"status": 99}, Newer("99")),
    ],
)
def test_states(state: dict[str, object], status: AgentStatus | Newer) -> None:
    assert row(dispatch(**state)).status == status


def test_running_is_what_is_in_the_room() -> None:
    now = int(datetime.now(UTC).timestamp() * 1e9)
    state = {"status": agent.JS_RUNNING, "participant_identity": "a"}
    assert row(dispatch(**state, started_at=now)).status is AgentStatus.STARTING
    here = models.ParticipantInfo(identity="a", sid="PA_1", joined_at_ms=LONG_AGO // 10**6)
    found = row(dispatch(**state, started_at=LONG_AGO), here)
    assert (found.status, found.sid) == (AgentStatus.RUNNING, "PA_1")


def test_the_turn_password_stays_behind() -> None:
    assert "secret-of-turn" not in repr(dispatches.record(dispatch()))
