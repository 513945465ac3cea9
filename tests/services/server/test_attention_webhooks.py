"""Webhooks that don't come: reported only if one certainly should have."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from livekit.protocol import models

from app.errors import Unavailable
from app.services.server.attention.findings import Problem, Target
from app.services.server.attention.webhooks import Heard, check_webhooks
from app.services.server.states import Coverage, Severity
from tests.services.server.snapshots import NOW, opened, seen


def before(**span: float) -> datetime:
    """Return a moment before `NOW`."""
    return NOW - timedelta(**span)


DAY = Heard(before(days=1))
HOUR = replace(DAY, last=before(hours=1), rooms=True)


def test_a_room_without_a_webhook() -> None:
    rooms = [opened("later", minutes=10), opened("first", minutes=20)]
    check, (finding,) = check_webhooks(seen(rooms=rooms), DAY, NOW)
    assert check.coverage is Coverage.COMPLETE
    assert (finding.severity, finding.what) == (Severity.WARNING, "No webhooks are received")
    assert finding.why.startswith("Room first was opened, and none has ever come.")
    assert finding.target == Target(Problem.WEBHOOKS_MISSING)
    assert finding.since == before(minutes=20)


def test_none_since_the_last() -> None:
    rooms = [opened("hall", minutes=10)]
    _, (finding,) = check_webhooks(seen(rooms=rooms), HOUR, NOW)
    assert "none has come since the last one" in finding.why


CERTAIN: dict[str, tuple[list[models.Room], Heard]] = {
    "no room": ([], DAY),
    "a room of before": ([opened("old", hours=2)], HOUR),
    "a room that was opened before the dashboard started": ([opened("old", days=2)], DAY),
    "a webhook after it": ([opened("hall", minutes=61)], HOUR),
    "one that LiveKit may still be sending": ([opened("new", minutes=2)], HOUR),
    "starts of rooms may be excluded": ([opened("hall", minutes=9)], replace(HOUR, rooms=False)),
    "a room without a moment": ([models.Room(name="odd")], DAY),
}


@pytest.mark.parametrize("name", CERTAIN)
def test_nothing_is_reported_that_is_not_certain(name: str) -> None:
    rooms, heard = CERTAIN[name]
    check, findings = check_webhooks(seen(rooms=rooms), heard, NOW)
    assert (check.coverage, findings) == (Coverage.COMPLETE, [])


@pytest.mark.parametrize(
    ("answers", "heard"),
    [
        ({"rooms": Unavailable("down")}, DAY),
        ({"rooms": [opened("hall", minutes=9)]}, replace(DAY, failed="Database unavailable")),
    ],
)
def test_what_could_not_be_read_is_not_checked(answers: dict[str, Any], heard: Heard) -> None:
    check, findings = check_webhooks(seen(**answers), heard, NOW)
    assert (check.coverage, findings) == (Coverage.NONE, [])
    assert check.reason
