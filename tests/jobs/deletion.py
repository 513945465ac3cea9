"""A job that deletes rooms, and the processes that run it."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from livekit import api
from sqlalchemy import text

from app.services.jobs.jobs import Item, Job
from app.services.jobs.starting import NewItem
from app.services.jobs.states import ItemStatus, JobStatus
from app.store.store import Store
from dev.stack import Stack
from tests.routes.asked import Ask
from tests.support.jobs import every_item, job_in, outcomes, start, texts
from tests.support.program import environment
from tests.support.stores import in_store

PROGRAM = Path(__file__).parent / "deleting.py"
ROOMS = 40
GONE = "was gone already"


@dataclass(frozen=True, slots=True)
class Run:
    """How one process works on a job; it ends after so many rooms, killed or in order."""

    url: str
    job: str
    log: str
    livekit: str
    ends_after: int = 0
    is_killed: bool = False
    version: str = ""
    pauses: tuple[float, ...] = ()


@dataclass(slots=True)
class Deletion:
    """A job that deletes rooms, and the processes that run it."""

    url: str
    stack: Stack
    log: Path
    names: list[str]
    job: Job = field(init=False)

    def begun(self, sids: dict[str, str]) -> "Deletion":
        """Start the job, which no process runs yet."""
        items = [NewItem(sids[name], name) for name in self.names]

        async def work(store: Store) -> Job:
            return await start(store, items)

        self.job = in_store(self.url, work)
        self.log.touch()
        return self

    def process(self, livekit: str = "", **how: Any) -> subprocess.Popen[bytes]:
        """Start a process that runs jobs."""
        run = Run(self.url, self.job.id, str(self.log), livekit or self.stack.url, **how)
        given = environment(
            LIVEKIT_URL=run.livekit,
            LIVEKIT_API_KEY=self.stack.api_key,
            LIVEKIT_API_SECRET=self.stack.api_secret,
        )
        return subprocess.Popen([sys.executable, str(PROGRAM), json.dumps(asdict(run))], env=given)

    def run(self, **how: Any) -> int:
        """Run a process until it ends, and return its exit code."""
        with self.process(**how) as process:
            return process.wait(90)

    @property
    def acted(self) -> list[str]:
        """The SIDs of rooms that were deleted, as often as they were."""
        return self.log.read_text(encoding="utf-8").split()

    def now(self) -> Job:
        """Return the job as it is now."""
        return job_in(self.url, self.job.id)

    def items(self) -> list[Item]:
        """Return the items as they are now."""
        return in_store(self.url, lambda store: every_item(store, self.job))

    def lines(self) -> list[str]:
        """Return the job's log."""
        return in_store(self.url, lambda store: texts(store, self.job))


Begin = Callable[[], Deletion]


async def lose_engine(store: Store) -> None:
    """Remove the engine's own tables."""
    if store.url.get_backend_name() == "postgresql":
        async with store.write() as connection:
            await connection.execute(text("DROP SCHEMA dbos CASCADE"))
        return
    file = Path(store.url.database or "")
    for each in file.parent.glob(f"{file.stem}-jobs*"):
        each.unlink()


def check_all_done(deletion: Deletion, livekit: Ask) -> None:
    """Check that each room was deleted, each by one call, and that the audit says so once."""
    left = livekit("room.list_rooms", api.ListRoomsRequest(names=deletion.names)).rooms
    assert not left
    assert {item.status for item in deletion.items()} == {ItemStatus.DONE}
    assert (deletion.now().status, deletion.now().done) == (JobStatus.DONE, ROOMS)
    assert len(set(deletion.acted)) == len(deletion.acted)
    entries = in_store(deletion.url, lambda store: outcomes(store, deletion.job))
    assert [entry.outcome for entry in entries] == ["done"]
