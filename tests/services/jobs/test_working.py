"""A job from its start to its end, as the engine writes it."""

from app.services.audit.states import Outcome
from app.services.audit.writing import MANY
from app.services.jobs import jobs, working
from app.services.jobs.ending import MOST_NAMED, NAMED
from app.services.jobs.jobs import Job
from app.services.jobs.kinds import JobKind
from app.services.jobs.starting import NewItem
from app.services.jobs.states import ItemStatus, JobStatus, LogLevel
from app.services.jobs.working import Result
from app.store.store import Store
from tests.support.jobs import every_item, named, outcomes, start, texts
from tests.support.stores import in_store

DONE, FAILED = ItemStatus.DONE, ItemStatus.FAILED


async def begun(store: Store, number: int) -> Job:
    """Return a job that runs."""
    job = await start(store, named(number))
    assert await working.begin(store, job.id, "one")
    return job


def test_a_new_job_waits_with_all_of_its_items(database: str) -> None:
    async def work(store: Store) -> None:
        job = await start(store, named(3), target="a\0b", inputs={"depth": [1]})
        assert (job.status, job.total, job.progress) == (JobStatus.WAITING, 3, 0)
        assert job.inputs == {"depth": [1]}
        assert job.target == "a\N{SYMBOL FOR NULL}b"
        assert (job.actor, job.role, job.address) == ("ann", "operator", "192.0.2.1")
        assert [item.key for item in await every_item(store, job)] == ["RM_0", "RM_1", "RM_2"]
        assert await texts(store, job) == ["Started by ann."]
        assert await working.unended(store) == [job.id]

    in_store(database, work)


def test_a_job_begins_once_and_may_be_resumed(database: str) -> None:
    async def work(store: Store) -> None:
        job = await begun(store, 1)
        first = (await jobs.get(store, job.id)).started_at
        assert await working.begin(store, job.id, "two")
        again = await jobs.get(store, job.id)
        assert (again.status, again.started_at) == (JobStatus.RUNNING, first)
        assert await texts(store, job) == ["Started by ann.", "Running in process one."]
        assert await working.end(store, job.id, "enough")
        assert not await working.begin(store, job.id, "three")
        assert not await working.begin(store, "0" * 32, "three")

    in_store(database, work)


def test_all_done_is_done_and_is_in_the_audit_once(database: str) -> None:
    async def work(store: Store) -> None:
        job = await begun(store, 2)
        results = [Result(0, DONE), Result(1, DONE, "was gone already")]
        assert await working.write_results(store, job.id, results[:1], counted=True)
        assert (await jobs.get(store, job.id)).progress == 1
        assert [item.number for item in await working.next_items(store, job.id, 9)] == [1]
        assert await working.write_results(store, job.id, results[1:], counted=False)
        assert await working.end(store, job.id)
        assert not await working.end(store, job.id), "a step that runs again ends nothing"
        job = await jobs.get(store, job.id)
        assert (job.status, job.done, job.error) == (JobStatus.DONE, 2, "")
        assert not job.repeatable
        [entry] = await outcomes(store, job)
        assert (entry.outcome, entry.action, entry.actor) == (Outcome.DONE, "room.delete", "ann")
        assert entry.facts["rooms"] == {"room-0": "deleted", "room-1": "was gone already"}
        assert (entry.facts["job"], entry.facts["done"]) == (job.id, 2)
        assert (await texts(store, job))[-1] == "Done. 2 of 2 done, 0 failed, 0 skipped."

    in_store(database, work)


def test_one_failure_is_a_failure(database: str) -> None:
    async def work(store: Store) -> None:
        job = await begun(store, 3)
        results = [Result(0, DONE), Result(1, FAILED, "LiveKit said \0 no"), Result(2, DONE)]
        await working.write_results(store, job.id, results, counted=False)
        await working.end(store, job.id)
        job = await jobs.get(store, job.id)
        assert (job.status, job.done, job.failed) == (JobStatus.FAILED, 2, 1)
        assert job.repeatable
        [entry] = await outcomes(store, job)
        assert entry.outcome == Outcome.FAILED
        assert list(entry.facts["rooms"].values()).count("deleted") == 2

    in_store(database, work)


def test_an_early_end_skips_the_rest(database: str) -> None:
    async def work(store: Store) -> None:
        job = await begun(store, 3)
        await working.write_results(store, job.id, [Result(0, DONE)], counted=False)
        await working.end(store, job.id, "LiveKit is gone.")
        job = await jobs.get(store, job.id)
        assert (job.status, job.error) == (JobStatus.FAILED, "LiveKit is gone.")
        assert (job.done, job.skipped, job.progress) == (1, 2, 3)
        details = [item.detail for item in await every_item(store, job)]
        assert details == ["", *["not tried: LiveKit is gone."] * 2]
        [entry] = await outcomes(store, job)
        assert (entry.outcome, entry.reason) == (Outcome.FAILED, "LiveKit is gone.")

    in_store(database, work)


def test_the_audit_names_so_many_items_those_that_failed_first(database: str) -> None:
    async def work(store: Store) -> None:
        number = MOST_NAMED + 5
        job = await begun(store, number)
        results = [Result(each, DONE) for each in range(number - 1)]
        results.append(Result(number - 1, FAILED, "no"))
        await working.write_results(store, job.id, results, counted=False)
        await working.end(store, job.id)
        [entry] = await outcomes(store, job)
        assert len(entry.facts["rooms"]) == MOST_NAMED
        assert entry.facts["rooms"][f"room-{number - 1}"] == "no"
        assert entry.facts["rooms_omitted"] == 5

    in_store(database, work)


def test_what_another_process_wrote_stays(database: str) -> None:
    async def work(store: Store) -> None:
        job = await begun(store, 2)
        await working.write_results(store, job.id, [Result(0, DONE)], counted=True)
        late = [Result(0, FAILED, "too late"), Result(1, FAILED, "in time")]
        assert await working.write_results(store, job.id, late, counted=True)
        seen = [(item.status, item.detail) for item in await every_item(store, job)]
        assert seen == [(DONE, ""), (FAILED, "in time")]
        counted = await jobs.get(store, job.id)
        assert (counted.done, counted.failed) == (1, 1)

    in_store(database, work)


def test_a_job_that_has_ended_does_not_change(database: str) -> None:
    async def work(store: Store) -> None:
        job = await begun(store, 2)
        await working.end(store, job.id, "LiveKit is gone.")
        ended, items = await jobs.get(store, job.id), await every_item(store, job)
        late = [Result(0, DONE), Result(1, FAILED, "too late")]
        assert not await working.write_results(store, job.id, late, counted=True)
        assert await jobs.get(store, job.id) == ended
        assert await every_item(store, job) == items

    in_store(database, work)


def test_people_are_named_in_their_room(database: str) -> None:
    async def work(store: Store) -> None:
        items = [NewItem("PA_1", "anna")]
        job = await start(store, items, JobKind.REMOVE_PARTICIPANTS, target="standup")
        await working.begin(store, job.id, "one")
        await working.write_results(store, job.id, [Result(0, DONE)], counted=False)
        await working.end(store, job.id)
        [entry] = await outcomes(store, job)
        assert entry.target["room"] == "standup"
        assert entry.facts["participants"] == {"anna": "removed"}

    in_store(database, work)


def test_every_kind_has_words_for_the_audit() -> None:
    assert set(NAMED) == set(JobKind)
    assert {name for name, *_ in NAMED.values()} >= set(MANY)


def test_a_note_for_a_job_that_was_removed_is_nothing(database: str) -> None:
    async def work(store: Store) -> None:
        job = await start(store, named(1))
        await working.note(store, job.id, "Taken over.")
        await working.write_line(store, job.id, "LiveKit is gone.", LogLevel.ERROR)
        await working.note(store, "0" * 32, "Taken over.")
        assert (await texts(store, job))[1:] == ["Taken over.", "LiveKit is gone."]

    in_store(database, work)
