"""Watches the workers of AGENT_WORKERS, and remembers when each of them last was well.

Each process asks every few seconds, also if nobody looks: so a page costs no request, a worker that
hangs delays none, and it is known since when one doesn't respond, as far back as the process runs.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType

import structlog

from app.config.agents import WorkerAddress
from app.services.agents.states import JobType, WorkerStatus
from app.services.agents.workers.asking import Answer, Asker
from app.services.livekit.enums import Newer

INTERVAL = 10.0  # seconds between two rounds
UNREADABLE = "Its answer couldn't be read. The dashboard's log says why."

log = structlog.get_logger("agents")


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """One worker by its last answer; None is what it doesn't report, or nobody knows.

    `agent_name` is None if it never answered, empty if it has none. `answered` is when it last did,
    and `failing_since` the first of the checks since then that failed: both by this process.
    """

    address: str
    url: str
    status: WorkerStatus
    reason: str
    checked: datetime
    agent_name: str | None
    kind: JobType | Newer | None
    jobs: int | None
    load: float | None
    version: str
    project: str
    node: str
    python: str
    memory: int | None
    children: int | None
    started: datetime | None
    figures: str
    answered: datetime | None
    failing_since: datetime | None

    @property
    def fine(self) -> bool:
        """True if it responds, and is well."""
        return self.status is WorkerStatus.REACHABLE


class Watch:
    """The workers of AGENT_WORKERS; one for the process, opened by the lifespan.

    `changed` is called with the topics of a change: the status of a worker.
    """

    def __init__(
        self,
        addresses: Sequence[WorkerAddress],
        changed: Callable[[Collection[str]], None] = lambda _: None,
    ) -> None:
        self.since = datetime.now(UTC)
        self._addresses = addresses
        self._changed = changed
        self._rows: dict[str, WorkerRow] = {}
        self._asked = asyncio.Event()
        self._asker = Asker()

    async def __aenter__(self) -> "Watch":
        """Begin to ask."""
        await self._asker.__aenter__()
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._asker.__aexit__(kind, error, traceback)

    async def rows(self) -> Sequence[WorkerRow]:
        """Return all workers, those that aren't well first; waits for the first round to end."""
        await self._asked.wait()
        return self.latest()

    def latest(self) -> Sequence[WorkerRow]:
        """Return what is known now: none before the first round has ended."""
        if not self._asked.is_set():
            return ()
        if self._task.done() and not self._task.cancelled():
            self._task.result()  # raises what ended it, rather than to show old rows for ever
        return ordered(self._rows.values())

    async def _run(self) -> None:
        try:
            while True:
                await asyncio.gather(*map(self._check, self._addresses))
                self._asked.set()
                await asyncio.sleep(INTERVAL)
        finally:
            self._asked.set()  # nobody waits for what doesn't come any more

    async def _check(self, address: WorkerAddress) -> None:
        try:
            answer = await self._asker.ask(address)
        except Exception:  # one worker must not end the watch of all
            log.exception("worker's answer not read", worker=address.name)
            answer = Answer(WorkerStatus.FOREIGN, UNREADABLE, datetime.now(UTC))
        before = self._rows.get(address.url)
        row = self._rows[address.url] = row_of(address, answer, before)
        if before is None or before.status is not row.status:
            self._changed(("agents",))


def row_of(address: WorkerAddress, answer: Answer, before: WorkerRow | None = None) -> WorkerRow:
    """Return a worker by its answer, and by what was known of it before."""
    said, measured = answer.said, answer.measured
    fine = answer.status is WorkerStatus.REACHABLE
    failing = before.failing_since if before else None
    load = said.load if said else None
    if load is None and said and measured:
        load = measured.load
    name = said.agent_name if said else before.agent_name if before else None
    return WorkerRow(
        address=address.name,
        url=str(address),
        status=answer.status,
        reason=answer.reason,
        checked=answer.checked,
        agent_name=name,
        kind=said.kind if said else None,
        jobs=said.jobs if said else None,
        load=load,
        version=said.version if said else "",
        project=said.project if said else "",
        node=measured.node if measured else "",
        python=measured.python if measured else "",
        memory=measured.memory if measured else None,
        children=measured.children if measured else None,
        started=measured.started if measured else None,
        figures=answer.figures,
        answered=answer.checked if said else before.answered if before else None,
        failing_since=None if fine else failing or answer.checked,
    )


def ordered(rows: Collection[WorkerRow]) -> list[WorkerRow]:
    """Return workers, those that aren't well first, then by name and address."""
    return sorted(rows, key=lambda row: (row.fine, row.agent_name or "", row.address))
