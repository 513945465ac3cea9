"""A job whose process is killed continues in another process, at the step that was interrupted."""

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from app.store.schema import EXECUTORS
from app.store.store import Store
from tests.support.program import environment
from tests.support.stores import in_store

PROGRAM = Path(__file__).parent / "interrupted.py"


async def _long_ago(store: Store) -> None:
    async with store.write() as connection:
        seen = datetime.now(UTC) - timedelta(minutes=2)
        await connection.execute(update(EXECUTORS).values(seen_at=seen))


def test_a_job_continues_where_it_was_interrupted(database: str, tmp_path: Path) -> None:
    log = tmp_path / "steps"
    log.touch()
    command = [sys.executable, str(PROGRAM), database, str(log)]
    first = subprocess.run([*command, "first"], env=environment(), timeout=60, check=False)
    assert first.returncode == -signal.SIGKILL
    in_store(database, _long_ago)  # as if its last heartbeat were two minutes old
    second = subprocess.run(command, env=environment(), timeout=60, check=False)
    assert second.returncode == 0
    assert log.read_text(encoding="utf-8").split() == ["0", "1", "2", "2", "3"]
