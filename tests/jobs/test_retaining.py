"""The job of the day removes old history, and says so in the audit."""

import subprocess
import sys
from pathlib import Path

from sqlalchemy import func, select

from app.services.audit.listing import Wanted, every
from app.store.schema import WEBHOOK_EVENTS
from app.store.store import Store
from tests.support.program import environment
from tests.support.stores import in_store
from tests.support.streams import history, person, projected, room, webhook

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


def test_the_job_removes_each_kind_and_is_audited(database: str) -> None:
    in_store(database, _fill)
    command = [sys.executable, str(PROGRAM), database]
    done = subprocess.run(command, env=environment(), timeout=90, check=False)
    assert done.returncode == 0
    assert in_store(database, _left) == ([], 0, ["calls", "events", "sessions"])
