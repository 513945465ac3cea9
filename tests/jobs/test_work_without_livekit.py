"""A job waits while LiveKit fails, and ends if that takes too long, or if it is canceled."""

from livekit import api

from app.services.jobs import control
from app.services.jobs.jobs import Job
from app.services.jobs.states import ItemStatus, JobStatus
from app.store.store import Store
from tests.jobs.deletion import ROOMS, Begin, check_all_done
from tests.routes.asked import Ask
from tests.support.fault import Relay
from tests.support.jobs import by, outcomes, queue
from tests.support.stores import in_store
from tests.support.waiting import until


def test_it_continues_when_livekit_is_back(begin: Begin, livekit: Ask, relay: Relay) -> None:
    deletion = begin()
    relay.mode = "gateway"
    with deletion.process(relay.url) as process:
        until(lambda: any("Trying again in 2 s." in line for line in deletion.lines()))
        assert deletion.now().status == JobStatus.RUNNING
        relay.mode = "pass"
        assert process.wait(90) == 0
    check_all_done(deletion, livekit)


def test_what_livekit_did_although_its_answer_was_lost_is_done(
    begin: Begin, livekit: Ask, relay: Relay
) -> None:
    deletion = begin()
    relay.mode = "lost"
    with deletion.process(relay.url) as process:
        until(lambda: any("Trying again in 2 s." in line for line in deletion.lines()))
        relay.mode = "pass"
        assert process.wait(90) == 0
    check_all_done(deletion, livekit)


def test_it_gives_up_at_last_and_another_job_does_the_rest(
    begin: Begin, livekit: Ask, relay: Relay
) -> None:
    deletion = begin()
    relay.mode = "gateway"
    with deletion.process(relay.url, pauses=(0.1, 0.1)) as process:
        assert process.wait(90) == 0
    failed = deletion.now()
    assert (failed.status, failed.done, failed.skipped) == (JobStatus.FAILED, 0, ROOMS)
    assert failed.error
    assert len([line for line in deletion.lines() if "Trying again" in line]) == 2
    entries = in_store(deletion.url, lambda store: outcomes(store, failed))
    assert [entry.outcome for entry in entries] == ["failed"]

    async def again(store: Store) -> Job:
        return await control.again(store, queue(store), failed.id, by("bob"))

    deletion.job = in_store(deletion.url, again)
    assert deletion.run() == 0
    check_all_done(deletion, livekit)


def test_it_can_be_canceled_while_it_waits_for_livekit(begin: Begin, relay: Relay) -> None:
    deletion = begin()
    relay.mode = "gateway"

    async def cancel(store: Store) -> None:
        await control.cancel(store, queue(store), deletion.job.id, by("bob"))

    with deletion.process(relay.url, pauses=(600.0,)) as process:
        until(lambda: any("Trying again in 600 s." in line for line in deletion.lines()))
        in_store(deletion.url, cancel)
        assert process.wait(90) == 0
    canceled = deletion.now()
    assert (canceled.status, canceled.skipped) == (JobStatus.CANCELED, ROOMS)
    assert deletion.acted == []


def test_a_failure_of_one_item_is_its_own(begin: Begin, livekit: Ask, relay: Relay) -> None:
    deletion = begin()
    failing = deletion.names[7]
    relay.part = failing.encode()
    relay.mode = "partly"
    with deletion.process(relay.url) as process:
        assert process.wait(90) == 0
    ended = deletion.now()
    assert (ended.status, ended.done, ended.failed) == (JobStatus.FAILED, ROOMS - 1, 1)
    [failed] = [item for item in deletion.items() if item.status == ItemStatus.FAILED]
    assert failed.label == failing
    assert failed.detail
    assert len([line for line in deletion.lines() if "Trying again" in line]) == 1
    left = livekit("room.list_rooms", api.ListRoomsRequest(names=deletion.names)).rooms
    assert [room.name for room in left] == [failing]
