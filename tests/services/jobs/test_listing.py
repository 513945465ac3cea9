"""The list of jobs and the items of one, by pages, and for how long they are kept."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.services import executors
from app.services.history.erasing import erase
from app.services.history.lists.walking import Place
from app.services.jobs import control, jobs, listing, retention, working
from app.services.jobs.kinds import JobKind
from app.services.jobs.listing import Wanted
from app.services.jobs.starting import NewItem, can_hold
from app.services.livekit.enums import Newer
from app.store.store import Store
from tests.support.jobs import by, every_item, named, queue, start, write_newer
from tests.support.stores import in_store
from tests.support.streams import SERVER


def test_jobs_are_paged_newest_first(database: str) -> None:
    async def work(store: Store) -> None:
        made = [(await start(store, named(1))).id for _ in range(5)][::-1]
        first = await listing.page(store, Wanted(), Place(2))
        assert [job.id for job in first.rows] == made[:2]
        second = await listing.page(store, Wanted(), Place(2, before=first.older))
        assert [job.id for job in second.rows] == made[2:4]
        back = await listing.page(store, Wanted(), Place(2, after=second.newer))
        assert [job.id for job in back.rows] == made[:2]
        assert first.newer is None

    in_store(database, work)


def test_each_filter_alone_and_together(database: str) -> None:
    async def work(store: Store) -> None:
        rooms = await start(store, named(1))
        people = await start(store, named(1), JobKind.REMOVE_PARTICIPANTS, by=by("bob"))
        await control.cancel(store, queue(store), rooms.id, by())

        async def found(**wanted: Any) -> set[str]:
            return {job.id for job in (await listing.page(store, Wanted(**wanted), Place(9))).rows}

        assert await found() == {rooms.id, people.id}
        assert await found(status="canceled") == {rooms.id}
        assert await found(kind="participants.remove") == {people.id}
        assert await found(actor="ann") == {rooms.id}
        assert await found(actor="ann", status="canceled", kind="rooms.delete") == {rooms.id}
        assert await found(actor="ann", status="waiting") == set()
        assert await found(server="another") == set()
        assert [job.id for job in await listing.unended(store)] == [people.id]

    in_store(database, work)


def test_what_runs_is_before_what_waits_the_oldest_first(database: str) -> None:
    async def work(store: Store) -> None:
        made = [(await start(store, named(1))).id for _ in range(5)]
        for job in (made[3], made[1]):
            assert await working.begin(store, job, "one")
        order = [made[1], made[3], made[0], made[2], made[4]]
        for most in (1, 3, 5, 9):
            assert [job.id for job in await listing.unended(store, most=most)] == order[:most]

    in_store(database, work)


def test_items_are_paged_by_their_numbers(database: str) -> None:
    async def work(store: Store) -> None:
        job = await start(store, named(25))
        part = await listing.items(store, job.id, size=10)
        assert ([item.number for item in part.rows], part.previous) == (list(range(10)), None)
        assert part.next == 10
        last = await listing.items(store, job.id, first=20, size=10)
        assert [item.number for item in last.rows] == list(range(20, 25))
        assert (last.previous, last.next) == (10, None)
        assert not (await listing.items(store, job.id, "failed")).rows
        assert len((await listing.items(store, job.id, "waiting")).rows) == 25

    in_store(database, work)


def test_what_a_newer_version_wrote_stays_visible(database: str) -> None:
    async def work(store: Store) -> None:
        newer = await jobs.get(store, await write_newer(store, await start(store, named(1))))
        assert (newer.kind, newer.status) == (Newer("moons.paint"), Newer("asleep"))
        assert not newer.repeatable
        assert not newer.cancelable

    in_store(database, work)


def test_jobs_are_removed_thirty_days_after_their_end(database: str) -> None:
    async def work(store: Store) -> None:
        ended, waiting = await start(store, named(3)), await start(store, named(1))
        await control.cancel(store, queue(store), ended.id, by())
        now = datetime.now(UTC)
        assert await retention.remove_some(store, now + timedelta(days=29)) == 0
        assert await retention.remove_some(store, now + timedelta(days=31)) == 1
        assert await every_item(store, ended) == []
        assert await listing.lines(store, ended.id) == []
        assert [job.id for job in await listing.unended(store)] == [waiting.id]

    in_store(database, work)


def test_a_person_is_forgotten_in_jobs_that_acted_on_people(database: str) -> None:
    async def work(store: Store) -> None:
        people = [NewItem("PA_1", "anna"), NewItem("PA_2", "annabel")]
        job = await start(store, people, JobKind.REMOVE_PARTICIPANTS)
        rooms = await start(store, [NewItem("RM_1", "anna")])
        erased = await erase(store, SERVER, "anna")
        assert erased.rows == {"job_items": 1}
        labels = [item.label for item in await every_item(store, job)]
        assert labels == [erased.pseudonym, "annabel"]
        assert [item.label for item in await every_item(store, rooms)] == ["anna"]

    in_store(database, work)


def test_a_process_that_lives_is_known(database: str) -> None:
    async def work(store: Store) -> None:
        assert not await executors.any_alive(store)
        await executors.beat(store, "one")
        assert await executors.any_alive(store)
        await executors.ended(store, "one")
        assert not await executors.any_alive(store)

    in_store(database, work)


def test_names_that_a_database_would_change_are_known() -> None:
    assert can_hold(["", "naïve", "a/b", "😀"])
    assert not can_hold(["fine", "a\0b"])
    assert not can_hold(["\ud800"])
