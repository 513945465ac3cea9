"""A dashboard with history, on each database: one session of a whole day's life, and others."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.support import history as rows
from tests.support.dashboard import Dashboard
from tests.support.stores import Databases
from tests.support.tokens import give_token, program
from tests.support.visitor import Visitor

HOSTILE = '<script>alert(1)</script> "x" \u202e' + "long " * 30


@dataclass(frozen=True)
class Past:
    """A dashboard with rows of history, and the URL of its database."""

    dashboard: Dashboard
    url: str
    admin: Visitor
    viewer: Visitor


def _rows() -> dict[object, list[rows.Row]]:
    weekly = rows.session(
        "RM_weekly",
        "weekly-review",
        participants=4,
        peak=3,
        agents=1,
        calls=1,
        egress=1,
        failures=1,
    )
    before = rows.session(
        "RM_lost",
        "weekly-review",
        started_at=rows.minutes(-10_080),
        ended_at=rows.minutes(-10_000),
        ended_after=rows.minutes(-10_005),
        started_inferred=True,
        ended_inferred=True,
    )
    standup = rows.session("RM_open", "standup", started_at=rows.minutes(150), ended_at=None)
    hostile = rows.session("RM_bad", HOSTILE, ended_at=rows.minutes(2), end_reason="ROOM_END_ODD")
    ben = {"name": "Ben Calloway"}
    joined = [
        rows.connection("PA_1", weekly, "amara", name="Amara Nwosu"),
        rows.connection(
            "PA_2", weekly, "ben", **ben, left_at=rows.minutes(20), reason="SIGNAL_CLOSE"
        ),
        rows.connection("PA_3", weekly, "ben", **ben, joined_at=rows.minutes(21)),
        rows.connection(
            "PA_4",
            weekly,
            "elena",
            joined_at=rows.minutes(5),
            left_at=rows.minutes(5),
            aborted=True,
            reason="JOIN_FAILURE",
        ),
        rows.connection(
            "PA_5",
            weekly,
            "guest-7",
            left_at=rows.minutes(50),
            left_inferred=True,
            left_after=rows.minutes(49),
        ),
        rows.connection("PA_6", weekly, "agent-notes", kind="AGENT", reason="ROOM_CLOSED"),
        rows.connection("PA_7", weekly, "sip_+15550142111", kind="SIP", name="+15550142111"),
        rows.connection("PA_8", standup, "ada", name="Ada"),
        rows.connection(
            "PA_9", hostile, '"><b>', name="<img src=x>", kind="HOLOGRAM", reason="ODD"
        ),
        rows.connection("PA_10", before, "ben", **ben),
    ]
    calls = [
        rows.call("SCL_1", answered_at=rows.minutes(1)),
        rows.call("SCL_2", direction="outbound", reason="USER_REJECTED", sip_code=486),
        rows.call("SCL_3", ended_inferred=True, started_at=rows.minutes(-5), trunk_id=""),
    ]
    return {
        rows.SESSIONS: [weekly, before, standup, hostile],
        rows.CONNECTIONS: joined,
        rows.TRACKS: [rows.track("TR_1", joined[0], "MICROPHONE")],
        rows.EGRESS_JOBS: [rows.egress("EG_1", weekly)],
        rows.CALLS: calls,
        rows.WEBHOOK_EVENTS: [
            rows.event("EV_1", "room_started", weekly),
            rows.event("EV_2", "participant_joined", weekly, identity="amara"),
        ],
    }


@pytest.fixture(scope="module")
def past(databases: Databases, start_dashboard: Callable[..., Dashboard]) -> Past:
    """A dashboard with history."""
    url = databases.new()
    rows.keep(url, _rows())  # type: ignore[arg-type]
    dashboard = start_dashboard(database_url=url)
    viewer = program(dashboard, give_token(dashboard, "viewer"))
    return Past(dashboard, url, dashboard.visitor(), viewer)
