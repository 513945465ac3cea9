"""Several processes share the queue, and what one of them leaves behind is sent by another."""

import asyncio
import subprocess
import sys
import threading
from pathlib import Path

from app.services.conversations.forwarding.backend import Backend
from app.services.conversations.forwarding.forwarder import Forwarder
from app.services.conversations.forwarding.queue import Queue, take
from tests.services.conversations.queued import fares, forward, is_due
from tests.support.collector import Collector, Planned
from tests.support.kept import Kept, folder_url, kept_in
from tests.support.program import environment
from tests.support.uploads import Spoken
from tests.support.waiting import until

PROGRAM = Path(__file__).parent / "forwarding_process.py"


def test_two_at_the_same_time_send_each_batch_once(
    database: str, tmp_path: Path, collector: Collector
) -> None:
    async def work(kept: Kept) -> None:
        spoken = [Spoken() for _ in range(50)]
        for each in spoken:
            await kept.traces(each)
        while (await fares(kept)).waiting:
            await asyncio.gather(*(forward(kept, collector.url) for _ in range(3)))
        assert sorted(collector.jobs) == sorted(each.job for each in spoken)
        assert (await fares(kept)).sent == 50

    kept_in(database, folder_url(tmp_path), work, forwards=True)


def test_what_a_stopped_process_had_taken_is_given_back(
    database: str, tmp_path: Path, collector: Collector
) -> None:
    hold = threading.Event()

    async def work(kept: Kept) -> None:
        await kept.traces(Spoken())
        collector.plan = [Planned(cut=True, hold=hold)]
        async with Backend(collector.url, {}) as backend:
            round_ = asyncio.create_task(Forwarder(kept.store, kept.storage, backend).round())
            await asyncio.to_thread(until, lambda: collector.arrived)
            assert await take(kept.store, 9) == []
            round_.cancel()
            await asyncio.gather(round_, return_exceptions=True)
        (taken,) = await take(kept.store, 9)
        assert taken.tries == 1

    kept_in(database, folder_url(tmp_path), work, forwards=True)
    hold.set()


def test_what_a_killed_process_had_taken_is_sent_again(
    database: str, tmp_path: Path, collector: Collector
) -> None:
    spoken, url, hold = Spoken(), folder_url(tmp_path), threading.Event()

    async def fill(kept: Kept) -> None:
        await kept.traces(spoken)

    async def passed(kept: Kept) -> Queue:
        await is_due(kept)
        return await fares(kept)

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, str(PROGRAM), database, url, collector.url]
        return subprocess.Popen(command, env=environment())

    kept_in(database, url, fill, forwards=True)
    collector.plan = [Planned(cut=True, hold=hold)]
    killed = start()
    until(lambda: collector.arrived, 30)
    killed.kill()
    killed.wait()
    assert kept_in(database, url, passed).waiting == 1
    second = start()
    until(lambda: len(collector.jobs) == 2, 30)
    second.wait(30)
    hold.set()
    assert collector.jobs == [spoken.job] * 2
    assert kept_in(database, url, passed).waiting == 0
