"""A job in processes that are killed, end in order, or share it: each item is done once."""

import signal
from datetime import UTC, datetime, timedelta

import pytest
from livekit import api
from sqlalchemy import select, update

from app.services.jobs.states import JobStatus
from app.store.schema import EXECUTORS
from app.store.store import Store
from tests.jobs.deletion import GONE, ROOMS, Begin, check_all_done, lose_engine
from tests.routes.asked import Ask
from tests.support.stores import in_store
from tests.support.waiting import until

ENDS_AFTER = 15


async def long_ago(store: Store) -> None:
    """Let the last heartbeat of each process be two minutes old."""
    async with store.write() as connection:
        seen = datetime.now(UTC) - timedelta(minutes=2)
        await connection.execute(update(EXECUTORS).values(seen_at=seen))


def test_a_killed_process_is_replaced_and_nothing_is_done_twice(begin: Begin, livekit: Ask) -> None:
    deletion = begin()
    assert deletion.run(ends_after=ENDS_AFTER, is_killed=True) == -signal.SIGKILL
    assert deletion.now().status == JobStatus.RUNNING
    in_store(deletion.url, long_ago)
    assert deletion.run() == 0
    check_all_done(deletion, livekit)
    assert len(deletion.acted) <= ROOMS
    gone = [item for item in deletion.items() if item.detail == GONE]
    assert len(gone) <= 10, "at most what was in progress is tried again"
    assert [line.partition(" 2")[0] for line in deletion.lines()] == [
        "Started by ann.",
        "Running in process",
        "Taken over from process",
        f"Done. {ROOMS} of {ROOMS} done, 0 failed, 0 skipped.",
    ]


def test_one_that_ends_in_order_leaves_nothing_in_progress(begin: Begin, livekit: Ask) -> None:
    deletion = begin()
    assert deletion.run(ends_after=ENDS_AFTER) == 0
    done = deletion.now().done
    assert ENDS_AFTER <= done == len(deletion.acted) < ROOMS

    async def executors(store: Store) -> int:
        async with store.read() as connection:
            return len((await connection.execute(select(EXECUTORS))).all())

    assert in_store(deletion.url, executors) == 0
    assert deletion.run() == 0
    check_all_done(deletion, livekit)
    assert len(deletion.acted) == ROOMS
    assert {item.detail for item in deletion.items()} == {""}


@pytest.mark.parametrize("is_upgraded", [False, True])
def test_it_survives_an_upgrade_and_the_loss_of_the_engines_tables(
    begin: Begin, livekit: Ask, is_upgraded: bool
) -> None:
    deletion = begin()
    assert deletion.run(ends_after=ENDS_AFTER, is_killed=True) == -signal.SIGKILL
    in_store(deletion.url, long_ago)
    if not is_upgraded:
        in_store(deletion.url, lose_engine)
    assert deletion.run(version="newer" if is_upgraded else "") == 0
    check_all_done(deletion, livekit)


def test_two_processes_share_no_item(begin: Begin, livekit: Ask) -> None:
    deletion = begin()
    with deletion.process() as one, deletion.process() as two:
        assert (one.wait(90), two.wait(90)) == (0, 0)
    check_all_done(deletion, livekit)
    assert len(deletion.acted) == ROOMS


def test_a_room_that_was_opened_again_by_its_name_is_left(begin: Begin, livekit: Ask) -> None:
    deletion = begin()
    again = deletion.names[0]
    sid = deletion.items()[0].key

    def is_another() -> bool:
        livekit("room.delete_room", api.DeleteRoomRequest(room=again))
        room = livekit("room.create_room", api.CreateRoomRequest(name=again))
        return str(room.sid) != sid  # or it was still closing

    until(is_another)
    assert deletion.run() == 0
    assert deletion.items()[0].detail == GONE
    assert deletion.now().done == ROOMS
    left = livekit("room.list_rooms", api.ListRoomsRequest(names=deletion.names)).rooms
    assert [room.name for room in left] == [again]
