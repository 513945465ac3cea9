"""The job of the day removes old history, and says so in the audit."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from app.services.audit.listing import Wanted, every
from app.services.conversations.files import recording_path
from app.store.schema import CONVERSATIONS, RECORDINGS, UNWANTED_FILES, WEBHOOK_EVENTS
from app.store.store import Store
from tests.support.history import keep
from tests.support.kept import SERVER, Kept, folder_url, kept_in
from tests.support.program import environment
from tests.support.recordings import of_file, recording_row
from tests.support.stores import in_store
from tests.support.streams import START, history, person, projected, room, webhook
from tests.support.uploads import Spoken

PROGRAM = Path(__file__).parent / "retaining.py"


async def _fill(store: Store) -> None:
    call = {"sip.callID": "SCL_1"}
    caller = person("PA_1", "caller", 1, kind="SIP", attributes=call)
    await projected(store, [webhook("participant_joined", 1, room=room(), participant=caller)])


async def _left(store: Store) -> tuple[list[str], int, list[object]]:
    tables = [name for name, rows in (await history(store)).items() if rows]
    async with store.read() as connection:
        count = select(func.count()).select_from(WEBHOOK_EVENTS)
        events = (await connection.execute(count)).scalar_one()
    entries = [row async for row in every(store, Wanted())]
    kinds = [row.facts["kind"] for row in entries if row.action == "history.retain"]
    return tables, events, sorted(kinds)


def _run(database: str, files: str) -> None:
    command = [sys.executable, str(PROGRAM), database, files]
    done = subprocess.run(command, env=environment(), timeout=90, check=False)
    assert done.returncode == 0


def test_the_job_removes_each_kind_and_is_audited(database: str, tmp_path: Path) -> None:
    in_store(database, _fill)
    _run(database, folder_url(tmp_path))
    assert in_store(database, _left) == ([], 0, ["calls", "events", "sessions"])


@pytest.mark.parametrize("is_away", [False, True])
def test_the_job_deletes_conversations_and_files(
    database: str, tmp_path: Path, is_away: bool
) -> None:
    old, new = Spoken(), Spoken()
    left = recording_path(SERVER, "AJ_nothing")

    async def fill(kept: Kept) -> None:
        for each in (old, new):
            await kept.traces(each)
            await kept.sound(each)
        await kept.storage.put(left, b"left")
        os.utime(tmp_path / "files" / left, (0, 0))
        async with kept.store.write() as connection:
            mine = CONVERSATIONS.c.job == old.job
            await connection.execute(update(CONVERSATIONS).where(mine).values(heard_at=START))

    async def remaining(kept: Kept) -> tuple[list[str], int, int]:
        jobs = [row["job"] for row in await kept.rows(CONVERSATIONS)]
        return jobs, await kept.number(UNWANTED_FILES), len(await kept.files())

    url = folder_url(tmp_path)
    kept_in(database, url, fill)
    if is_away:
        (tmp_path / "files").rename(tmp_path / "away")
    _run(database, url)
    if is_away:
        (tmp_path / "away").rename(tmp_path / "files")
    files = (1, 5) if is_away else (0, 2)
    assert kept_in(database, url, remaining) == ([new.job], *files)
    assert "conversations" in in_store(database, _left)[2]


def test_the_job_deletes_files_of_egress(database: str, tmp_path: Path) -> None:
    (tmp_path / "files-recorded").mkdir()
    old, new = (tmp_path / "files-recorded" / name for name in ("old.mp4", "new.mp4"))
    for file in (old, new):
        file.write_bytes(b"content")
    now = datetime.now(UTC)
    rows = [
        recording_row("EG_old", **of_file(old), started_at=START),
        recording_row("EG_new", **of_file(new), started_at=now),
    ]
    keep(database, {RECORDINGS: rows})
    _run(database, folder_url(tmp_path))
    assert not old.exists()
    assert new.exists()
    assert "egress_recordings" in in_store(database, _left)[2]
