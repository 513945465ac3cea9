"""What LiveKit reports by webhook is on the pages of history a moment later."""

import secrets
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.dashboard import Dashboard
from tests.support.stores import Databases
from tests.support.waiting import until
from tests.support.webhooks import deliver, event


@pytest.fixture(scope="module")
def stored(databases: Databases, start_dashboard: Callable[..., Dashboard]) -> Dashboard:
    """A dashboard with an empty store."""
    return start_dashboard(database_url=databases.new())


def test_a_session_that_was_reported(stored: Dashboard) -> None:
    sid, name = f"RM_{secrets.token_hex(4)}", f"reported-{secrets.token_hex(4)}"
    now = int(time.time())
    room = {"sid": sid, "name": name, "creationTime": str(now - 60)}
    who: dict[str, Any] = {"sid": f"PA_{sid[3:]}", "identity": "ada", "name": "Ada"}
    joined = who | {"joinedAt": str(now - 50), "state": "ACTIVE"}
    left = joined | {"disconnectReason": "CONNECTION_TIMEOUT"}
    track = {"sid": f"TR_{sid[3:]}", "type": "VIDEO", "source": "CAMERA"}
    deliver(stored, event("room_started", room=room))
    deliver(stored, event("participant_joined", room=room, participant=joined))
    deliver(stored, event("track_published", room=room, participant=who, track=track))
    visitor = stored.visitor()
    until(lambda: "still there" in visitor.get(f"/sessions/{sid}").text)
    assert name in visitor.get("/sessions", params={"open": "1"}).text
    deliver(stored, event("participant_left", room=room, participant=left))
    deliver(stored, event("room_finished", room=room))
    until(lambda: "timed out" in visitor.get(f"/sessions/{sid}").text)
    seen = visitor.get(f"/sessions/{sid}")
    assert "Ada" in seen.text
    assert 'class="trk cam"' in seen.html
    assert "1 connection lost" in seen.text
    events = visitor.get(f"/sessions/{sid}", params={"tab": "events"}).text
    for kind in ("room_started", "participant_joined", "track_published", "room_finished"):
        assert kind in events
    assert "still open" not in visitor.get("/history/participants/ada").text
