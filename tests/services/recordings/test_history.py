"""Recordings are made from history, outlive it, and are forgotten with it."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select

from app.services.history.erasing import erase
from app.services.history.rebuilding import rebuild
from app.services.history.retention import SESSIONS_KIND, remove_some
from app.store.schema import EGRESS_JOBS, RECORDINGS, WEBHOOK_EVENTS
from app.store.store import Store
from tests.services.recordings.reports import FILE, ended, rows
from tests.support.history import BEGAN, add
from tests.support.recordings import recording_row
from tests.support.stores import in_store
from tests.support.streams import SERVER, keep, project_all


def test_a_rebuild_finds_those_of_jobs_whose_webhooks_are_gone(database: str) -> None:
    async def work(store: Store) -> None:
        jobs = [ended(61, egressId=f"EG_{n:03}", fileResults=[FILE]) for n in range(450)]
        await keep(store, jobs)
        await project_all(store)
        right = await rows(store)
        assert len(right) == 450
        async with store.write() as connection:
            await connection.execute(delete(RECORDINGS))
            await connection.execute(delete(WEBHOOK_EVENTS))
        assert await rebuild(store) == 0
        assert await rows(store) == right
        await keep(store, [ended(70, egressId="EG_new", fileResults=[FILE])])
        await rebuild(store)
        assert len(await rows(store)) == 451

    in_store(database, work)


def test_a_row_outlives_its_session_as_long_as_its_file(database: str) -> None:
    old = BEGAN - timedelta(days=500)
    states = ("unchecked", "there", "different", "missing", "unreachable", "deleted")

    async def work(store: Store) -> list[str]:
        aged = [recording_row(f"EG_{s}", started_at=old, state=s) for s in states]
        new = [recording_row("EG_new", state="deleted")]
        await add(store, {RECORDINGS: aged + new})
        before = datetime.now(UTC) - timedelta(days=400)
        assert (await remove_some(store, SESSIONS_KIND, before))["recordings"] == 3
        return [row["egress_id"] for row in await rows(store)]

    kept = in_store(database, work)
    assert kept == ["EG_different", "EG_new", "EG_there", "EG_unchecked"]


def test_an_identity_is_forgotten_in_names(database: str) -> None:
    named = FILE | {
        "filename": "calls/ann-2026.mp4",
        "location": "https://s3.amazonaws.com/tapes/calls/ann-2026.mp4",
    }

    async def work(store: Store) -> None:
        await keep(store, [ended(fileResults=[named]), ended(egressId="EG_2", fileResults=[FILE])])
        await project_all(store)
        erased = await erase(store, SERVER, "ann")
        assert erased.rows["recordings"] == 1
        scrubbed = await rows(store)
        assert "ann" not in f"{scrubbed[0]['filename']} {scrubbed[0]['location']}"
        assert erased.pseudonym in scrubbed[0]["filename"]
        assert scrubbed[1]["filename"] == "calls/a.mp4"
        await rebuild(store)
        assert await rows(store) == scrubbed, "a rebuild brings nothing back"
        async with store.read() as connection:
            info = (await connection.execute(select(EGRESS_JOBS.c.info))).scalars().first()
        assert "ann-2026" not in str(info)

    in_store(database, work)
