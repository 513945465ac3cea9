"""History opens while LiveKit hangs, and what is open in LiveKit while the database is gone."""

import time
from collections.abc import Callable

import pytest

from dev.postgres import Postgres
from tests.faults.conftest import Broken
from tests.support import history as rows
from tests.support.dashboard import Dashboard

QUICK = 5.0  # seconds, on any machine: a tenth of how long LiveKit hangs


def kept(url: str) -> str:
    """Write a session and a call, and return the URL."""
    of = rows.session("RM_1", "standup")
    people = [rows.connection("PA_1", of, "ada")]
    calls = [rows.call("SCL_1")]
    rows.keep(url, {rows.SESSIONS: [of], rows.CONNECTIONS: people, rows.CALLS: calls})
    return url


@pytest.mark.alone
@pytest.mark.parametrize(
    "place",
    [
        "/sessions",
        "/sessions/RM_1",
        "/history/participants",
        "/history/participants/ada",
        "/sip/records",
        "/sip/records/SCL_1",
    ],
)
def test_history_opens_while_livekit_hangs(
    broken: Broken,
    start_dashboard: Callable[..., Dashboard],
    tmp_path_factory: pytest.TempPathFactory,
    place: str,
) -> None:
    url = kept(f"sqlite:///{tmp_path_factory.mktemp('store')}/dashboard.db")
    visitor = start_dashboard(
        database_url=url, livekit_url=broken.relay.url, livekit_timeout=50
    ).visitor()
    broken.break_("hang")
    began = time.monotonic()
    seen = visitor.get(place)
    assert time.monotonic() - began < QUICK
    assert seen.status == 200
    assert "SCL_1" in seen.html or "standup" in seen.text


def test_a_room_that_isnt_open_is_not_found_without_the_database(
    own_postgres: Postgres, start_dashboard: Callable[..., Dashboard]
) -> None:
    visitor = start_dashboard(database_url=kept(own_postgres.create("gone"))).visitor()
    assert visitor.get("/rooms/standup").location == "/sessions/RM_1?closed=1"
    own_postgres.process.stop()
    try:
        assert visitor.get("/rooms/standup").status == 404
        assert visitor.get("/sessions").status == 503
        assert "Sessions" in visitor.get("/search", params={"q": "standup"}).text
    finally:
        own_postgres.process.start()
