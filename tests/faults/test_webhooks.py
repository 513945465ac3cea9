"""The store fails while LiveKit sends webhooks: none is acknowledged that isn't kept."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import httpx

from dev.postgres import Postgres
from tests.support.dashboard import Dashboard
from tests.support.waiting import until
from tests.support.webhooks import deliver, event


def is_put_off(answer: httpx.Response) -> bool:
    """Return whether LiveKit sends it again: it does so after a 503, and waits as long as said."""
    return answer.status_code == 503 and answer.headers["retry-after"] == "2"


def test_postgresql_is_away(
    own_postgres: Postgres, start_dashboard: Callable[..., Dashboard]
) -> None:
    url = own_postgres.create("hooks")
    dashboard = start_dashboard(database_url=url)
    before, meanwhile = event("room_started"), event("room_finished")
    assert deliver(dashboard, before).status_code == 200
    own_postgres.process.stop()
    try:
        assert is_put_off(deliver(dashboard, meanwhile))
    finally:
        own_postgres.process.start()
    until(lambda: deliver(dashboard, meanwhile).status_code == 200)
    kept = own_postgres.run("SELECT event_id FROM webhook_events ORDER BY id", "hooks")
    assert kept.split() == [before["id"], meanwhile["id"]]


def test_sqlite_is_locked(tmp_path: Path, start_dashboard: Callable[..., Dashboard]) -> None:
    file = tmp_path / "hooks.db"
    dashboard = start_dashboard(database_url=f"sqlite:///{file}")
    content = event("room_started")
    assert deliver(dashboard, event("room_started")).status_code == 200
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert is_put_off(deliver(dashboard, content))
    finally:
        other.execute("ROLLBACK")
    assert deliver(dashboard, content).status_code == 200
    query = "SELECT count(*) FROM webhook_events WHERE event_id = ?"
    assert other.execute(query, (content["id"],)).fetchone() == (1,)
    other.close()
