"""Workers that are watched: what is remembered of one that no longer responds."""

import asyncio
import json
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest

from app.config.agents import WorkerAddress
from app.services.agents.states import JobType, WorkerStatus
from app.services.agents.workers import lost, watching
from app.services.agents.workers.asking import Answer, Asker
from app.services.agents.workers.lost import Serving
from app.services.agents.workers.reading import Measured, Said
from app.services.agents.workers.watching import Watch, WorkerRow, ordered, row_of
from tests.support.answering import Answering, Says

AT = datetime(2026, 11, 30, 9, tzinfo=UTC)
SAID = Said("helper", JobType.ROOM, 3, 0.5, "1.8.9", "")
WHERE = WorkerAddress("http://agent:8081")


def fine(minute: int, said: Said = SAID, numbers: Measured | None = None) -> Answer:
    """Return the answer of a worker that is well."""
    at = AT + timedelta(minutes=minute)
    return Answer(WorkerStatus.REACHABLE, "", at, said, numbers)


def silent(minute: int) -> Answer:
    """Return that there was no answer."""
    at = AT + timedelta(minutes=minute)
    return Answer(WorkerStatus.UNREACHABLE, "agent:8081: Connection refused.", at)


def after(*answers: Answer) -> WorkerRow:
    """Return a worker after these answers."""
    row = None
    for answer in answers:
        row = row_of(WHERE, answer, row)
    assert row
    return row


def test_the_first_failed_check_is_remembered_until_it_responds() -> None:
    row = after(fine(0), silent(1), silent(2))
    assert row.failing_since == AT + timedelta(minutes=1)
    assert row.answered == AT
    back = after(fine(0), silent(1), fine(2))
    assert back.failing_since is None
    assert back.answered == AT + timedelta(minutes=2)
    assert after(fine(0), silent(1), fine(2), silent(3)).failing_since == AT + timedelta(minutes=3)


def test_one_that_never_answered_has_no_name_and_no_last_answer() -> None:
    row = after(silent(0), silent(1))
    assert (row.agent_name, row.answered) == (None, None)
    assert row.failing_since == AT


def test_only_the_name_outlives_the_answer() -> None:
    row = after(fine(0, numbers=Measured("node", memory=5)), silent(1))
    assert row.agent_name == "helper"
    assert (row.kind, row.jobs, row.load, row.version) == (None, None, None, "")
    assert (row.node, row.memory) == ("", None)


def test_an_unhealthy_one_answers_and_fails() -> None:
    ill = Answer(WorkerStatus.UNHEALTHY, "Health check: no.", AT + timedelta(minutes=1), SAID)
    row = after(fine(0), ill)
    assert row.answered == row.failing_since == AT + timedelta(minutes=1)
    assert row.jobs == 3


def test_the_load_of_the_figures_stands_in() -> None:
    without = Said("helper", JobType.ROOM, 3, None, "1.0.0", "")
    assert after(fine(0, without, Measured(load=0.25))).load == 0.25
    assert after(fine(0, numbers=Measured(load=0.25))).load == 0.5


def test_the_order_and_the_names() -> None:
    rows = [
        row_of(WorkerAddress("http://b"), fine(0)),
        row_of(WorkerAddress("http://a"), fine(0)),
        row_of(WorkerAddress("http://z"), silent(1), row_of(WorkerAddress("http://z"), fine(0))),
        row_of(WorkerAddress("http://y"), silent(1)),
    ]
    assert [row.address for row in ordered(rows)] == ["y", "z", "a", "b"]
    assert lost.serving(rows) == {"helper": Serving(2, 1)}


def test_a_watch_follows_and_says_what_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "INTERVAL", 0.05)
    info = Says(json.dumps({"worker_type": "JT_ROOM"}).encode())
    changes: list[Collection[str]] = []

    async def status(watch: Watch, wanted: WorkerStatus) -> WorkerRow:
        for _ in range(500):
            (row,) = await watch.rows()
            if row.status is wanted:
                return row
            await asyncio.sleep(0.02)
        raise AssertionError(row)

    async def follow() -> None:
        with Answering(worker=info) as server:
            server.says["/"] = Says(b"OK")
            watch = Watch([WorkerAddress(server.url)], changes.append)
            assert watch.latest() == ()
            async with watch:
                await status(watch, WorkerStatus.REACHABLE)
                server.says["/"] = Says(b"failed to connect to livekit", 503)
                await status(watch, WorkerStatus.UNHEALTHY)
                server.says["/"] = Says(b"OK")
                before = await status(watch, WorkerStatus.REACHABLE)
                assert before.failing_since is None
                await asyncio.sleep(0.2)
                assert (await watch.rows())[0].checked > before.checked
        assert changes == [("agents",)] * 3

    asyncio.run(follow())


@pytest.mark.alone
def test_a_watch_ends_while_a_worker_hangs() -> None:
    async def enter_and_leave() -> None:
        with Answering(worker=Says(b"x" * 100, drips=1)) as server:
            async with Watch([WorkerAddress(server.url)]) as watch:
                await asyncio.sleep(0.5)
            assert server.asked
            assert list(watch.latest()) == []

    asyncio.run(asyncio.wait_for(enter_and_leave(), 2))


@pytest.mark.alone
def test_what_ends_a_watch_is_not_hidden() -> None:
    """A page fails rather than to show old rows, or to wait for ever."""

    def broken(_: object) -> None:
        raise ZeroDivisionError

    async def look() -> None:
        with Answering(worker=Says(json.dumps({"worker_type": "JT_ROOM"}).encode())) as server:
            async with Watch([WorkerAddress(server.url)], broken) as watch:
                with pytest.raises(ZeroDivisionError):
                    await watch.rows()
                with pytest.raises(ZeroDivisionError):
                    watch.latest()

    asyncio.run(asyncio.wait_for(look(), 5))


@pytest.mark.alone
def test_an_unexpected_error_of_one_worker_is_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other workers are still watched."""
    ask = Asker.ask

    async def broken(asker: Asker, address: WorkerAddress) -> Answer:
        if address == WHERE:
            raise ZeroDivisionError
        return await ask(asker, address)

    async def look() -> None:
        with Answering(worker=Says(json.dumps({"worker_type": "JT_ROOM"}).encode())) as server:
            server.says["/"] = Says(b"OK")
            async with Watch([WHERE, WorkerAddress(server.url)]) as watch:
                foreign, fine = await watch.rows()
                assert (foreign.url, foreign.status) == (str(WHERE), WorkerStatus.FOREIGN)
                assert foreign.reason == watching.UNREADABLE
                assert fine.status is WorkerStatus.REACHABLE
                assert watch.latest() == [foreign, fine]

    monkeypatch.setattr(Asker, "ask", broken)
    asyncio.run(asyncio.wait_for(look(), 5))
