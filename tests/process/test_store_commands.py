"""`livekit-dashboard migrate` and `audit verify`.

Each runs once as a person runs it, and otherwise forked: importing the dashboard takes a second.
"""

import sqlite3
from pathlib import Path

import psycopg
import pytest

from dev.ports import free_ports
from tests.support.commands import run, run_apart


def test_migrate_says_what_it_did(tmp_path: Path, database: str) -> None:
    first = run_apart(tmp_path, "migrate", DATABASE_URL=database)
    assert first.returncode == 0, first.stderr
    assert first.stdout.splitlines()[0] == "applied 0001"
    second = run(tmp_path, "migrate", DATABASE_URL=database)
    assert (second.returncode, len(second.stdout.splitlines())) == (0, 1)


def test_verify_finds_a_changed_entry(tmp_path: Path) -> None:
    file = tmp_path / "dashboard.db"
    url = f"sqlite:///{file}"
    assert run(tmp_path, "audit", "verify", DATABASE_URL=url).returncode == 1  # no such audit
    assert run(tmp_path, "migrate", DATABASE_URL=url).returncode == 0
    sound = run_apart(tmp_path, "audit", "verify", DATABASE_URL=url)
    assert (sound.returncode, sound.stdout) == (0, "ok     0 entries\n")
    with sqlite3.connect(file) as connection:
        connection.execute(
            "INSERT INTO audit (at, server, act, action, outcome, actor, role, address, request_id,"
            " reason, target, facts, previous, hash) VALUES (1, '', '', '', '', '', '', '', '', '',"
            " '{}', '{}', 'x', 'y')"
        )
    wrong = run(tmp_path, "audit", "verify", DATABASE_URL=url)
    assert wrong.returncode == 1
    assert wrong.stdout.startswith("WRONG  entry 1: ")


def test_check_reports_the_store(tmp_path: Path, database: str) -> None:
    before = run(tmp_path, "check", DATABASE_URL=database)
    assert "the next start migrates it" in before.stdout
    assert run(tmp_path, "migrate", DATABASE_URL=database).returncode == 0
    assert "its schema is up to date" in run(tmp_path, "check", DATABASE_URL=database).stdout
    _becomes_newer(database)
    assert "belongs to a newer version" in run(tmp_path, "check", DATABASE_URL=database).stdout


@pytest.mark.parametrize("words", [("migrate",), ("audit", "verify")])
def test_without_a_store_they_say_so(tmp_path: Path, words: tuple[str, ...]) -> None:
    refused = run(tmp_path, *words, DATABASE_URL="")
    assert refused.returncode == 2
    assert refused.stderr.startswith("DATABASE_URL: missing")


@pytest.mark.parametrize("words", [("migrate",), ("audit", "verify")])
def test_a_database_that_is_away(tmp_path: Path, words: tuple[str, ...]) -> None:
    failed = run(tmp_path, *words, DATABASE_URL="postgresql://u:hidden-word@127.0.0.1:1/d")
    assert failed.returncode == 1
    assert "database is unreachable" in failed.stderr
    assert "hidden-word" not in failed.stdout + failed.stderr


def test_a_newer_database_is_refused_before_serving(tmp_path: Path, database: str) -> None:
    assert run(tmp_path, "migrate", DATABASE_URL=database).returncode == 0
    _becomes_newer(database)
    refused = run_apart(tmp_path, DATABASE_URL=database, PORT=str(free_ports(1)[0]))
    assert refused.returncode == 2
    assert "belongs to a newer version" in refused.stderr


def _becomes_newer(database: str) -> None:
    statement = "UPDATE alembic_version SET version_num = '9999'"
    if database.startswith("sqlite"):
        with sqlite3.connect(database.removeprefix("sqlite:///")) as connection:
            connection.execute(statement)
        return
    with psycopg.connect(database) as server:
        server.execute(statement)
