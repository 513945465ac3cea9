"""The store fails: LiveKit's pages stay, no act goes unrecorded, and recovery is automatic."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from dev.postgres import Postgres
from tests.support.dashboard import Dashboard
from tests.support.people import SECRET, add_person, browser, signed_in
from tests.support.tokens import give_token, program
from tests.support.visitor import Visitor
from tests.support.waiting import until

PROBLEM = "application/problem+json"


@contextmanager
def visiting(dashboard: Dashboard) -> Iterator[Visitor]:
    visitor = dashboard.visitor()
    yield visitor
    visitor.close()


def nothing_is_done(visitor: Visitor, room: str, title: str) -> None:
    """Check that pages of LiveKit open, and that an act is refused with the reason."""
    assert room in visitor.get("/rooms", params={"q": room}).text
    refused = visitor.post(f"/rooms/{room}/edit", metadata="zebra-9")
    assert refused.status == 503
    assert title in refused.text
    assert "could not be recorded in the audit" in refused.text
    assert "zebra-9" not in visitor.get(f"/rooms/{room}?tab=details").text
    assert visitor.get("/audit").status == 503
    assert visitor.get("/health").status == 200
    assert visitor.get("/health?deep=1").status == 503


def all_is_well(visitor: Visitor, room: str) -> None:
    """Check that acts are done and recorded, without a restart of the dashboard."""
    until(lambda: visitor.get("/health?deep=1").status == 200)
    assert visitor.post(f"/rooms/{room}/edit", metadata="recorded").status == 303
    assert "Edit room" in visitor.get("/audit", params={"q": room, "outcome": "done"}).text


def test_postgresql_stops_and_comes_back(
    own_postgres: Postgres, start_dashboard: Callable[..., Dashboard], room: str
) -> None:
    url = own_postgres.create("stops")
    with visiting(start_dashboard(database_url=url)) as visitor:
        all_is_well(visitor, room)
        own_postgres.process.stop()
        try:
            nothing_is_done(visitor, room, "database is unreachable")
        finally:
            own_postgres.process.start()
        all_is_well(visitor, room)


def test_postgresql_is_away_at_the_start(
    own_postgres: Postgres, start_dashboard: Callable[..., Dashboard], room: str
) -> None:
    url = own_postgres.create("late")
    own_postgres.process.stop()
    try:
        dashboard = start_dashboard(database_url=url)
        with visiting(dashboard) as visitor:
            nothing_is_done(visitor, room, "database is unreachable")
    finally:
        own_postgres.process.start()
    with visiting(dashboard) as visitor:
        all_is_well(visitor, room)


@pytest.mark.alone
def test_postgresql_hangs(
    own_postgres: Postgres, start_dashboard: Callable[..., Dashboard], room: str
) -> None:
    url = own_postgres.create("hangs")
    with visiting(start_dashboard(database_url=url)) as visitor:
        all_is_well(visitor, room)
        with psycopg.connect(url) as other:
            other.execute("LOCK TABLE audit_head")
            began = time.monotonic()
            refused = visitor.post(f"/rooms/{room}/edit", metadata="x")
            assert refused.status == 503
            assert "database is busy" in refused.text
            assert time.monotonic() - began < 20
            assert room in visitor.get("/rooms", params={"q": room}).text
        all_is_well(visitor, room)


def test_postgresql_is_read_only(
    own_postgres: Postgres, start_dashboard: Callable[..., Dashboard], room: str
) -> None:
    url = own_postgres.create("replica")
    with visiting(start_dashboard(database_url=url)) as visitor:
        all_is_well(visitor, room)
        own_postgres.run('ALTER DATABASE "replica" SET default_transaction_read_only = on')
        own_postgres.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'replica'"
        )
        refused = visitor.post(f"/rooms/{room}/edit", metadata="x")
        assert refused.status == 503
        assert "database is read-only" in refused.text
        assert "Edit room" in visitor.get("/audit", params={"q": room}).text


def test_sqlite_is_locked(
    tmp_path: Path, start_dashboard: Callable[..., Dashboard], room: str
) -> None:
    file = tmp_path / "dashboard.db"
    with visiting(start_dashboard(database_url=f"sqlite:///{file}")) as visitor:
        all_is_well(visitor, room)
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            refused = visitor.post(f"/rooms/{room}/edit", metadata="x")
            assert refused.status == 503
            assert "database is busy" in refused.text
            assert "Edit room" in visitor.get("/audit", params={"q": room}).text
        finally:
            other.execute("ROLLBACK")
            other.close()
        all_is_well(visitor, room)


def test_a_deleted_sqlite_file_is_noticed(
    tmp_path: Path, start_dashboard: Callable[..., Dashboard], room: str
) -> None:
    file = tmp_path / "dashboard.db"
    with visiting(start_dashboard(database_url=f"sqlite:///{file}")) as visitor:
        all_is_well(visitor, room)
        for part in filter(Path.is_file, tmp_path.iterdir()):
            part.unlink()
        until(file.exists, 30)  # it was made again, and the log says so
        all_is_well(visitor, room)
        assert sqlite3.connect(file).execute("SELECT count(*) FROM audit").fetchone()[0] > 0


def test_dropped_tables_are_made_again(
    own_postgres: Postgres, start_dashboard: Callable[..., Dashboard], room: str
) -> None:
    url = own_postgres.create("dropped")
    with visiting(start_dashboard(database_url=url)) as visitor:
        all_is_well(visitor, room)
        own_postgres.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public", "dropped")
        until(lambda: visitor.get("/audit").status == 200, 30)
        all_is_well(visitor, room)


@pytest.mark.alone
def test_people_stay_signed_in_for_a_minute_while_postgresql_is_away(
    own_postgres: Postgres, start_dashboard: Callable[..., Dashboard], room: str
) -> None:
    dashboard = start_dashboard(database_url=own_postgres.create("away"))
    add_person(dashboard, "olga", "operator")
    olga, stranger = signed_in(dashboard, "olga"), browser(dashboard)
    assert room in olga.get("/rooms", params={"q": room}).text
    own_postgres.process.stop()
    try:
        began = time.monotonic()
        assert room in olga.get("/rooms", params={"q": room}).text
        refused = olga.post(f"/rooms/{room}/edit", metadata="zebra-9")
        assert (refused.status, "could not be recorded" in refused.text) == (503, True)
        assert olga.get("/account/sessions").status == 503
        assert time.monotonic() - began < 10
        form = stranger.get("/sign-in")
        assert "sign in with HTTP Basic" in form.text
        failed = stranger.post("/sign-in", csrf=form.csrf, name="olga", password=SECRET)
        assert (failed.status, "database is unreachable" in failed.text) == (503, True)
        assert stranger.get("/sign-in-basic").headers["www-authenticate"].startswith("Basic")
    finally:
        own_postgres.process.start()
    until(lambda: olga.post(f"/rooms/{room}/edit", metadata="recorded").status == 303)
    olga.close()
    stranger.close()


def test_tokens_read_for_a_minute_while_postgresql_is_away(
    own_postgres: Postgres, start_dashboard: Callable[..., Dashboard], room: str
) -> None:
    dashboard = start_dashboard(database_url=own_postgres.create("tokens"))
    known, new = (program(dashboard, give_token(dashboard, "operator")) for _ in range(2))
    assert room in known.get("/api/v1/rooms", params={"q": room}).html
    own_postgres.process.stop()
    try:
        assert room in known.get("/api/v1/rooms", params={"q": room}).html
        assert room in known.get("/rooms", params={"q": room}).text
        refused = known.http.delete(f"/api/v1/rooms/{room}")
        assert (refused.status_code, refused.headers["content-type"]) == (503, PROBLEM)
        assert "could not be recorded" in refused.json()["advice"]
        unknown = new.get("/api/v1/rooms")
        assert (unknown.status, unknown.headers["content-type"]) == (503, PROBLEM)
        assert unknown.response.json()["type"].endswith(":store-unavailable")
    finally:
        own_postgres.process.start()
    until(lambda: new.get("/api/v1/rooms").status == 200)
    assert known.http.delete(f"/api/v1/rooms/{room}").status_code == 204


@pytest.mark.alone
def test_signing_in_does_not_wait_for_a_store_that_hangs(
    tmp_path: Path, start_dashboard: Callable[..., Dashboard], room: str
) -> None:
    file = tmp_path / "dashboard.db"
    dashboard = start_dashboard(database_url=f"sqlite:///{file}")
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with visiting(dashboard) as visitor:
        began = time.monotonic()
        assert room in visitor.get("/rooms", params={"q": room}).text
        assert time.monotonic() - began < 4  # a write waits five seconds for the lock
        other.execute("ROLLBACK")
        until(lambda: "Sign in" in visitor.get("/audit", params={"area": "session"}).text)
    other.close()
