"""What egress left becomes rows of recordings, the same ones in whatever order reports come."""

import asyncio
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, select, update

from app.services.history.rows import KEYS
from app.services.recordings.rows import save_recordings
from app.store.schema import EGRESS_JOBS, METADATA, RECORDINGS, WEBHOOK_EVENTS
from app.store.store import Store
from tests.services.recordings.reports import FILE, JOB, ended, rows
from tests.support.stores import in_store
from tests.support.streams import Event, at, keep, ns, project_all, webhook

HLS = {
    "playlistName": "calls/a.m3u8",
    "playlistLocation": "/out/calls/a.m3u8",
    "segmentCount": "10",
    "size": "5000",
}
IMAGES = {"filenamePrefix": "calls/thumb", "imageCount": "6", "startedAt": ns(1)}
STREAM = {"url": "rtmp://live.example.com/app/{abc...xyz}", "status": "FINISHED"}


def made(database: str, *events: Event) -> list[dict[str, Any]]:
    """Return the rows that events make."""

    async def work(store: Store) -> list[dict[str, Any]]:
        await keep(store, events)
        await project_all(store)
        return await rows(store)

    return in_store(database, work)


def test_a_file(database: str) -> None:
    (row,) = made(database, ended(fileResults=[FILE]))
    assert row == {
        "server": "default",
        "id": "EG_1.1",
        "egress_id": "EG_1",
        "number": 1,
        "room_sid": "RM_1",
        "room": "standup",
        "type": "room_composite",
        "kind": "mp4",
        "filename": "calls/a.mp4",
        "location": "https://s3.amazonaws.com/tapes/calls/a.mp4",
        "size": 1000,
        "pieces": None,
        "duration": 60_000_000,
        "started_at": at(1),
        "ended_at": at(61),
        "state": "unchecked",
        "found_size": None,
        "problem": "",
        "checked_at": None,
        "checks": 0,
        "deleted_at": None,
        "deleted_by": "",
    }


def test_every_result_but_streams(database: str) -> None:
    event = ended(
        fileResults=[FILE],
        segmentResults=[HLS],
        imageResults=[IMAGES],
        streamResults=[STREAM],
    )
    file, hls, images = made(database, event)
    assert (file["id"], hls["id"], images["id"]) == ("EG_1.1", "EG_1.2", "EG_1.3")
    assert (hls["kind"], hls["pieces"], hls["size"]) == ("hls", 10, 5000)
    assert hls["started_at"] == at(1), "that of its job, if it reports none"
    assert (images["kind"], images["pieces"], images["location"]) == ("images", 6, "")


def test_none_while_the_job_runs(database: str) -> None:
    info = JOB | {"status": "EGRESS_ACTIVE", "startedAt": ns(1), "fileResults": [FILE]}
    assert made(database, webhook("egress_updated", 5, egressInfo=info)) == []


def test_none_of_what_was_never_uploaded(database: str) -> None:
    lost = FILE | {"location": "", "size": "0"}
    event = ended(status="EGRESS_FAILED", fileResults=[lost], segmentResults=[HLS])
    (row,) = made(database, event)
    assert row["id"] == "EG_1.2", "its number is that of the result, whatever became of others"


def test_a_kind_that_is_not_known(database: str) -> None:
    (row,) = made(database, ended(fileResults=[FILE | {"filename": "calls/track.ivf"}]))
    assert row["kind"] == "other"


def test_numbers_that_no_database_holds(database: str) -> None:
    wild = FILE | {"size": str(-(2**63)), "duration": "-5", "startedAt": "-5"}
    (row,) = made(database, ended(fileResults=[wild]))
    assert (row["size"], row["duration"], row["started_at"]) == (None, None, at(1))


def test_a_report_that_is_no_report_changes_nothing(database: str) -> None:
    async def work(store: Store) -> None:
        await keep(store, [ended(fileResults=[FILE])])
        await project_all(store)
        known = await rows(store)
        async with store.write() as connection:
            (job,) = (await connection.execute(select(EGRESS_JOBS))).mappings()
            for odd in ("not JSON", '{"fileResults": 7}'):
                save = partial(save_recordings, jobs=[dict(job) | {"info": odd}], now=at(99))
                assert await connection.run_sync(save) == []
        assert await rows(store) == known

    in_store(database, work)


@pytest.mark.parametrize("again", ["elsewhere", "larger"])
def test_what_a_check_found_stays_and_a_new_place_is_checked(database: str, again: str) -> None:
    async def work(store: Store) -> None:
        await keep(store, [ended(fileResults=[FILE])])
        await project_all(store)
        async with store.write() as connection:
            checked = update(RECORDINGS).values(state="there", checks=3, check_at=at(9**9))
            await connection.execute(checked)
        changed = {"location": "/out/b.mp4"} if again == "elsewhere" else {"size": "2000"}
        await keep(store, [ended(90, fileResults=[FILE | changed])])
        await project_all(store)
        async with store.read() as connection:
            (row,) = (await connection.execute(select(RECORDINGS))).mappings()
        assert (row["state"], row["checks"]) == ("there", 3)
        assert row["check_at"] < at(9**9)

    in_store(database, work)


def test_a_deleted_one_stays_deleted(database: str) -> None:
    async def work(store: Store) -> None:
        await keep(store, [ended(fileResults=[FILE])])
        await project_all(store)
        async with store.write() as connection:
            gone = {"state": "deleted", "deleted_at": at(70), "deleted_by": "ann"}
            await connection.execute(update(RECORDINGS).values(check_at=None, **gone))
        await keep(store, [ended(90, fileResults=[FILE | {"size": "2000"}])])
        await project_all(store)
        async with store.read() as connection:
            (row,) = (await connection.execute(select(RECORDINGS))).mappings()
        assert (row["state"], row["check_at"], row["deleted_by"]) == ("deleted", None, "ann")

    in_store(database, work)


def test_a_later_report_with_fewer_results(database: str) -> None:
    first, last = ended(61, fileResults=[FILE], segmentResults=[HLS]), ended(62, fileResults=[FILE])
    assert [row["id"] for row in made(database, first, last)] == ["EG_1.1"]


EVENTS = [
    webhook("egress_started", 1, egressInfo=JOB),
    webhook("egress_updated", 5, egressInfo=JOB | {"status": "EGRESS_ACTIVE"}),
    webhook("egress_updated", 60, egressInfo=JOB | {"status": "EGRESS_ENDING"}),
    ended(61, fileResults=[FILE]),
    ended(62, fileResults=[FILE | {"size": "2000"}], imageResults=[IMAGES]),
    ended(61, egressId="EG_2", fileResults=[FILE]),
]


def test_any_order_makes_the_same_rows(database: str) -> None:
    right = made(database, *EVENTS)
    assert [row["id"] for row in right] == ["EG_1.1", "EG_1.2", "EG_2.1"]
    assert right[0]["size"] == 2000

    @settings(max_examples=15)
    @given(order=st.permutations(EVENTS), together=st.sampled_from((1, 3, 200)))
    def check(order: list[Event], together: int) -> None:
        assert asyncio.run(_again(database, order, together)) == right

    check()


async def _again(database: str, events: list[Event], together: int) -> list[dict[str, Any]]:
    store = Store(database)
    store.ready = True
    try:
        async with store.write() as connection:
            await connection.run_sync(_clear)
        await keep(store, events)
        await project_all(store, together)
        await keep(store, [each | {"id": f"{each['id']}x"} for each in reversed(events)])
        await project_all(store, together)
        return await rows(store)
    finally:
        await store.close()


def _clear(connection: Connection) -> None:
    for name in (*KEYS, WEBHOOK_EVENTS.name, RECORDINGS.name):
        connection.execute(delete(METADATA.tables[name]))
