"""Jobs are canceled, and what they left is done by others."""

import pytest

from app.errors import Conflict, NotFound
from app.services.audit.states import Outcome
from app.services.jobs import control, jobs, working
from app.services.jobs.states import ItemStatus, JobStatus
from app.services.jobs.working import Result
from app.store.store import Store
from tests.support.jobs import by, every_item, named, outcomes, queue, start, texts
from tests.support.stores import in_store

DONE, FAILED = ItemStatus.DONE, ItemStatus.FAILED


def test_one_that_waits_ends_immediately(database: str) -> None:
    async def work(store: Store) -> None:
        job = await start(store, named(2))
        canceled = await control.cancel(store, queue(store), job.id, by("bob"))
        assert (canceled.status, canceled.skipped) == (JobStatus.CANCELED, 2)
        assert canceled.canceled_by == "bob"
        assert not await working.begin(store, job.id, "one")
        assert await working.unended(store) == []
        assert {item.detail for item in await every_item(store, job)} == {"canceled"}
        [entry] = await outcomes(store, job)
        assert (entry.outcome, entry.actor) == (Outcome.INTERRUPTED, "ann")
        assert entry.facts["canceled_by"] == "bob"

    in_store(database, work)


def test_one_that_runs_ends_after_what_is_in_progress(database: str) -> None:
    async def work(store: Store) -> None:
        job = await start(store, named(3))
        await working.begin(store, job.id, "one")
        assert await working.write_results(store, job.id, [Result(0, DONE)], counted=True)
        asked = await control.cancel(store, queue(store), job.id, by("bob"))
        assert (asked.status, asked.canceling, asked.cancelable) == ("running", True, False)
        assert not await working.goes_on(store, job.id)
        assert not await working.write_results(store, job.id, [Result(1, DONE)], counted=True)
        await working.end(store, job.id)
        ended = await jobs.get(store, job.id)
        assert (ended.status, ended.done, ended.skipped) == (JobStatus.CANCELED, 2, 1)
        assert not ended.canceling
        last = ["Canceled by bob.", "Canceled. 2 of 3 done, 0 failed, 1 skipped."]
        assert (await texts(store, job))[-2:] == last

    in_store(database, work)


def test_nothing_is_canceled_that_was_done_by_then(database: str) -> None:
    async def work(store: Store) -> None:
        job = await start(store, named(1))
        await working.begin(store, job.id, "one")
        await control.cancel(store, queue(store), job.id, by("bob"))
        await working.write_results(store, job.id, [Result(0, DONE)], counted=True)
        await working.end(store, job.id)
        assert (await jobs.get(store, job.id)).status == JobStatus.DONE

    in_store(database, work)


def test_a_job_is_canceled_once(database: str) -> None:
    async def work(store: Store) -> None:
        job = await start(store, named(1))
        await working.begin(store, job.id, "one")
        await control.cancel(store, queue(store), job.id, by())
        with pytest.raises(Conflict):
            await control.cancel(store, queue(store), job.id, by())
        await working.end(store, job.id)
        with pytest.raises(Conflict):
            await control.cancel(store, queue(store), job.id, by())
        with pytest.raises(NotFound):
            await control.cancel(store, queue(store), "0" * 32, by())

    in_store(database, work)


def test_another_job_does_what_one_left(database: str) -> None:
    async def work(store: Store) -> None:
        job = await start(store, named(4), target="here", inputs={"depth": 1})
        with pytest.raises(Conflict):
            await control.again(store, queue(store), job.id, by())
        await working.begin(store, job.id, "one")
        results = [Result(0, FAILED, "no"), Result(1, DONE)]
        await working.write_results(store, job.id, results, counted=True)
        await working.end(store, job.id, "LiveKit is gone.")
        other = await control.again(store, queue(store), job.id, by("bob", "jobs.again"))
        assert (other.status, other.total, other.again_of) == (JobStatus.WAITING, 3, job.id)
        assert (other.actor, other.action, other.target) == ("bob", "jobs.again", "here")
        assert (other.kind, other.inputs) == (job.kind, {"depth": 1})
        assert [item.key for item in await every_item(store, other)] == ["RM_0", "RM_2", "RM_3"]

    in_store(database, work)


def test_nothing_is_left_of_a_job_that_is_done(database: str) -> None:
    async def work(store: Store) -> None:
        job = await start(store, named(1))
        await working.begin(store, job.id, "one")
        await working.write_results(store, job.id, [Result(0, DONE)], counted=True)
        await working.end(store, job.id)
        with pytest.raises(Conflict):
            await control.again(store, queue(store), job.id, by())

    in_store(database, work)
