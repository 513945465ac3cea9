"""The engine of jobs in real processes: schedules, a process that is killed, and a clean end."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.store.schema import COVERAGE, EXECUTORS
from app.store.store import Store
from dev.stack import Stack
from tests.support.program import Program
from tests.support.stores import in_store
from tests.support.waiting import until

PATIENCE = 75  # seconds: two rounds of 30 seconds


def rounds(url: str) -> int:
    """Return 1 if the server was watched, 2 or more if with gaps."""

    async def work(store: Store) -> int:
        async with store.read() as connection:
            return len((await connection.execute(select(COVERAGE))).all())

    return in_store(url, work)


def executors(url: str) -> int:
    """Return how many processes run jobs."""

    async def work(store: Store) -> int:
        async with store.read() as connection:
            return len((await connection.execute(select(EXECUTORS))).all())

    return in_store(url, work)


@pytest.fixture
def program(database: str, stack: Stack, tmp_path: Path) -> Iterator[Program]:
    """A dashboard with a store, in a process of its own."""
    with Program(tmp_path, stack, DATABASE_URL=database, LOG_LEVEL="info") as running:
        yield running


def test_history_is_reconciled_by_schedule_until_the_end(database: str, program: Program) -> None:
    until(lambda: rounds(database) == 1, PATIENCE)
    assert executors(database) == 1
    program.process.stop(patience=15)
    assert program.exit_code == -signal.SIGTERM  # uvicorn ends in order, then by its signal
    assert executors(database) == 0
    assert "Traceback" not in program.log
    assert "console.dbos.dev" not in program.log


def test_a_killed_process_is_forgotten_and_its_jobs_are_taken_over(
    database: str, program: Program, stack: Stack, tmp_path: Path
) -> None:
    until(lambda: executors(database) == 1, 30)
    os.kill(program.pid, signal.SIGKILL)
    folder = tmp_path / "other"
    folder.mkdir()
    with Program(folder, stack, DATABASE_URL=database):
        until(lambda: executors(database) == 2, 30)
        until(lambda: executors(database) == 1, 60)
