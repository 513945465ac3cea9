"""Snapshots of a server on which nothing is wrong, some answers changed."""

from datetime import UTC, datetime, timedelta
from typing import Any

from livekit.api import EgressInfo, IngressInfo, IngressState
from livekit.protocol import egress, models

from app.services.agents.agents import AgentRow
from app.services.agents.states import AgentStatus
from app.services.server.attention.attention import attention
from app.services.server.attention.findings import Attention, Check, Finding
from app.services.server.attention.snapshot import Snapshot
from app.services.server.attention.webhooks import Heard
from app.services.server.clock import Clock
from app.services.server.states import Part

NOW = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def ago(**span: float) -> int:
    """Return the nanoseconds since 1970 of a moment before `NOW`."""
    return int((NOW - timedelta(**span)).timestamp()) * 10**9


def skewed(skew: timedelta) -> Clock:
    """Return the measurement of a clock that is ahead by `skew`, or behind."""
    return Clock(skew - SECOND / 2, skew + SECOND / 2, SECOND / 1000)


def seen(**changes: Any) -> Snapshot:
    """Return a snapshot without problems, some of its answers replaced."""
    nothing: dict[str, Any] = {
        "rooms": [],
        "egress": [],
        "ingress": [],
        "clock": skewed(timedelta()),
        "trunks": (),
        "rules": [],
        "dispatches": {},
    }
    return Snapshot(**{**nothing, **changes})


def found(**changes: Any) -> Attention:
    """Return what such a snapshot comes to."""
    return attention(seen(**changes), NOW, Heard(NOW))


def check(attended: Attention, part: Part) -> Check:
    """Return the check of one part."""
    (one,) = [check for check in attended.checks if check.part is part]
    return one


def said(finding: Finding) -> str:
    """Return the finding as the page says it."""
    return " ".join(filter(None, (finding.subject, finding.name, finding.what)))


def opened(name: str, **span: float) -> models.Room:
    """Return a room that was opened some time before `NOW`."""
    return models.Room(name=name, sid=f"RM_{name}", creation_time=ago(**span) // 10**9)


def room(name: str, participants: int = 0, most: int = 0, sid: str = "") -> models.Room:
    """Return a room as ListRooms has it."""
    return models.Room(
        name=name, sid=sid or f"RM_{name}", num_participants=participants, max_participants=most
    )


def job(id_: str, status: int, **fields: Any) -> EgressInfo:
    """Return a job in the room `hall`, begun an hour ago."""
    own = {"room_name": "hall", "room_id": "RM_hall", "started_at": ago(hours=1)}
    web = egress.WebEgressRequest(url="https://example.com")
    return EgressInfo(egress_id=id_, status=status, web=web, **{**own, **fields})  # type: ignore[arg-type]


def ingress(id_: str, status: int, **state: Any) -> IngressInfo:
    """Return an ingress of the room `stage`."""
    return IngressInfo(
        ingress_id=id_,
        name=f"camera {id_}",
        room_name="stage",
        state=IngressState(status=status, **state),  # type: ignore[arg-type]
    )


def agent(room: str, dispatch: str, status: AgentStatus, name: str = "helper") -> AgentRow:
    """Return a dispatch in a room, four minutes old."""
    texts = dict.fromkeys(
        ("deployment", "error", "identity", "name", "sid", "state", "job", "worker"), ""
    )
    since = NOW - timedelta(minutes=4)
    return AgentRow(
        room=room,
        agent_name=name,
        status=status,
        dispatch=dispatch,
        since=since,
        started=None,
        ended=None,
        **texts,
    )
