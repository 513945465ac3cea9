"""`livekit-dashboard check` says who runs jobs in the background."""

import asyncio
from typing import Any

from app.config.settings import load_settings
from app.process import diagnosis
from app.process.diagnosis import Finding
from app.services import executors
from app.store.migrating import migrate
from app.store.store import Store
from tests.support.stores import in_store

NOBODY = "JOBS is off, and no process runs them. Start `livekit-dashboard worker`."


def checked(**settings: Any) -> list[Finding]:
    """Return what the check says of jobs; nothing listens where LiveKit should."""
    given = load_settings(
        _env_file=None,
        livekit_url="ws://127.0.0.1:9",
        livekit_api_key="key",
        livekit_api_secret="a-secret-of-the-tests-0123456789",
        admin_password="password",
        **settings,
    )
    findings = asyncio.run(diagnosis.findings(given))
    return [each for each in findings if each.subject == "Jobs"]


def test_the_dashboard_or_a_worker_runs_them(database: str) -> None:
    assert checked() == []
    assert checked(database_url=database) == [Finding("Jobs", "run in the dashboard")]
    assert checked(database_url=database, jobs="off") == [Finding("Jobs", NOBODY, fine=False)]

    async def work(store: Store) -> None:
        await migrate(store)
        await executors.beat(store, "a-worker")

    in_store(database, work)
    assert checked(database_url=database, jobs="off") == [Finding("Jobs", "a process runs them")]


def test_a_database_that_is_away() -> None:
    [found] = checked(database_url="postgresql://u:word@127.0.0.1:1/d", jobs="off")
    assert not found.fine
