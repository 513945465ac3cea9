"""`livekit-dashboard worker` runs the jobs of dashboards with JOBS=off."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.live.hub import Hub
from app.services.jobs.jobs import Job
from app.services.jobs.queue import Queue
from app.services.jobs.schedules import Schedule
from app.services.jobs.states import JobStatus
from app.store.schema import EXECUTORS
from app.store.store import Store
from dev.stack import Stack
from tests.routes.asked import Ask
from tests.routes.filled import confirmed
from tests.support.jobs import job_in, named, start, status_in
from tests.support.program import Program, Worker, ended
from tests.support.stores import in_store
from tests.support.waiting import until

DELETE = "/rooms/-/delete"
MANY = 51


async def executors(store: Store) -> int:
    """Return how many processes run jobs."""
    async with store.read() as connection:
        return len((await connection.execute(select(EXECUTORS))).all())


async def schedules(store: Store) -> list[Schedule]:
    """Return the schedules, as a page shows them."""
    queue = Queue(store, Hub(), embedded=False)
    found = await queue.schedules()
    await queue.close()
    return list(found)


@pytest.fixture
def apart(database: str, stack: Stack, tmp_path: Path) -> Iterator[Program]:
    """A dashboard that runs no jobs."""
    folder = tmp_path / "dashboard"
    folder.mkdir()
    with Program(folder, stack, DATABASE_URL=database, JOBS="off") as running:
        yield running


def test_a_job_waits_until_a_worker_runs(database: str, stack: Stack, tmp_path: Path) -> None:
    async def begun(store: Store) -> Job:
        return await start(store, named(3))

    job = in_store(database, begun)
    assert in_store(database, schedules) == []
    with Worker(tmp_path, stack, DATABASE_URL=database) as worker:
        until(lambda: status_in(database, job.id) == JobStatus.DONE)
        assert in_store(database, executors) == 1
        worker.process.stop(patience=15)
        assert worker.exit_code == 0
        assert "worker ended" in worker.log
    assert in_store(database, executors) == 0
    assert job_in(database, job.id).done == 3
    assert "Traceback" not in worker.log


def test_a_dashboard_leaves_its_jobs_to_workers(
    database: str, stack: Stack, tmp_path: Path, apart: Program, make_room: Ask
) -> None:
    names = [make_room() for _ in range(MANY)]
    with Worker(tmp_path, stack, DATABASE_URL=database):
        admin = apart.visitor()
        page = admin.post(DELETE, scope="selected", room=names)
        answer = admin.send(DELETE, confirmed(page))
        admin.close()
        assert answer.status == 303
        job = answer.location.removeprefix("/jobs/")
        until(lambda: status_in(database, job) == JobStatus.DONE)
        assert job_in(database, job).done == MANY
    assert "jobs started" not in apart.log


def test_pages_know_the_schedules(database: str, stack: Stack, tmp_path: Path) -> None:
    with Worker(tmp_path, stack, DATABASE_URL=database):
        found = until(lambda: in_store(database, schedules))
        names = [schedule.name for schedule in found]
        assert names == sorted(names)
        assert {"reconcile", "retain"} <= set(names)
        assert all(schedule.next and not schedule.paused for schedule in found)

        def has_run() -> bool:
            rounds = {each.name: each for each in in_store(database, schedules)}
            return rounds["draw_waveforms"].last_status == "SUCCESS"

        until(has_run, 60)


def test_it_needs_a_store(tmp_path: Path) -> None:
    given = {
        "LIVEKIT_URL": "ws://127.0.0.1:9",
        "LIVEKIT_API_KEY": "key",
        "LIVEKIT_API_SECRET": "a-secret-of-at-least-32-characters",
        "ADMIN_PASSWORD": "correct-Horse-9-battery",
    }
    refused = ended(tmp_path, words=("worker",), **given)
    assert refused.returncode == 2
    assert "DATABASE_URL: missing" in refused.stderr + refused.stdout
