"""The database is killed while agents upload: none of it is lost, doubled, or left behind."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from google.rpc import error_details_pb2, status_pb2  # type: ignore[import-untyped]

from app.services.conversations.deleting import leftovers
from app.services.conversations.deleting.unwanted import clear
from app.store.schema import CONVERSATION_BATCHES, CONVERSATION_SPANS, CONVERSATIONS
from dev.postgres import Postgres
from dev.processes import StartError
from tests.support.dashboard import Dashboard
from tests.support.kept import SERVER, Kept, kept_in
from tests.support.uploads import TRACES, Spoken, record, send
from tests.support.waiting import until

AGENTS = 4
TOGETHER = 5  # spans of a batch
SOUND = b"OggS" + bytes(range(256)) * 400


@dataclass
class Agent:
    """An agent that uploads until it may stop, each upload until it is accepted."""

    dashboard: Dashboard
    spoken: Spoken = field(default_factory=Spoken)
    accepted: int = 0
    spans: set[str] = field(default_factory=set)
    put_off: list[httpx.Response] = field(default_factory=list)

    def work(self, over: threading.Event) -> None:
        """Upload batches of spans, and now and then a recording, at last once more."""
        for number in itertools.count():
            spans = [self.spoken.span("llm_node", number + n / 10) for n in range(TOGETHER)]
            self.spans |= {span.span_id.hex() for span in spans}
            batch = self.spoken.traces(*spans)
            self._upload(lambda: send(self.dashboard, TRACES, batch))  # noqa: B023
            if number % 3 == 0:
                self._upload(lambda: record(self.dashboard, self.spoken, [], SOUND))
            if over.is_set():
                return

    def _upload(self, sends: Callable[[], httpx.Response]) -> None:
        while (answer := sends()).status_code != 200:
            assert answer.status_code == 503, answer.text
            self.put_off.append(answer)
            time.sleep(0.1)
        self.accepted += 1


@contextmanager
def uploading(agents: list[Agent]) -> Iterator[None]:
    """Let agents upload at the same time; at the end, wait until all of it is accepted."""
    over = threading.Event()
    with ThreadPoolExecutor(len(agents)) as pool:
        working = [pool.submit(agent.work, over) for agent in agents]
        try:
            yield
        finally:
            over.set()
        for each in working:
            each.result(60)


def revived(postgres: Postgres) -> bool:
    """Start a killed PostgreSQL; return whether the last of its processes had ended."""
    try:
        postgres.process.start()
    except StartError:
        return False
    return True


def test_postgresql_is_killed_in_the_middle(
    own_postgres: Postgres,
    start_dashboard: Callable[..., Dashboard],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url, files = own_postgres.create("killed"), (tmp_path / "files").as_uri()
    dashboard = start_dashboard(database_url=url, storage_url=files)
    agents = [Agent(dashboard) for _ in range(AGENTS)]
    with uploading(agents):
        until(lambda: all(agent.accepted > 3 for agent in agents))
        own_postgres.process.kill()
        try:
            until(lambda: all(agent.put_off for agent in agents))
        finally:
            until(lambda: revived(own_postgres))
        before = [agent.accepted for agent in agents]
        until(lambda: all(now.accepted > n for now, n in zip(agents, before, strict=True)), 60)
    for agent in agents:
        says_when_to_try_again(agent.put_off[0])
    monkeypatch.setattr(leftovers, "LEFT_AFTER", timedelta())
    kept_in(url, files, lambda kept: nothing_is_doubled_or_left(kept, agents))


def says_when_to_try_again(answer: httpx.Response) -> None:
    """Check the answer as livekit-agents reads it."""
    status = status_pb2.Status.FromString(answer.content)
    retry = error_details_pb2.RetryInfo()
    assert status.details[0].Unpack(retry)
    assert retry.retry_delay.seconds > 0


async def nothing_is_doubled_or_left(kept: Kept, agents: list[Agent]) -> None:
    """Check the rows of all agents, and after a round of clean-up the files."""
    for agent in agents:
        spans = [row["span"] for row in await kept.rows(CONVERSATION_SPANS, job=agent.spoken.job)]
        assert sorted(spans) == sorted(agent.spans)
        batches = await kept.rows(CONVERSATION_BATCHES, job=agent.spoken.job, kind="traces")
        assert len(batches) * TOGETHER == len(agent.spans)
        (conversation,) = await kept.rows(CONVERSATIONS, job=agent.spoken.job)
        assert conversation["spans"] == len(agent.spans)
        assert await kept.storage.get(conversation["recording"]) == SOUND
    while (await clear(kept.store, kept.storage)).done:
        pass
    for part in range(leftovers.PARTS):
        await leftovers.delete_leftovers(kept.store, kept.storage, SERVER, part)
    needed = {row["path"] for row in await kept.rows(CONVERSATION_BATCHES)}
    needed |= {row["recording"] for row in await kept.rows(CONVERSATIONS)}
    assert set(await kept.files()) == needed
