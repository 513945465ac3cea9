"""The audit in the store: what a failure of the store tells the user who acts, and others."""

import sqlite3
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.security.audit import AuditEntry
from app.security.stored_audit import STRANGERS_PER_MINUTE, UNAUDITED, StoreAudit
from app.services.audit.states import Outcome
from app.store.errors import StoreBusy
from app.store.schema import AUDIT
from app.store.store import Store
from tests.support.stores import in_store


def test_only_the_user_who_acts_reads_that_nothing_was_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "locked.db"
    monkeypatch.setattr("app.store.dialects.BUSY_SECONDS", 0)

    async def work(store: Store) -> None:
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy) as refused:
            await StoreAudit(store).write(AuditEntry("room.close", {}), Outcome.ATTEMPTED)
        other.close()
        assert refused.value.advice.startswith(UNAUDITED)
        assert store.failing
        assert UNAUDITED not in store.failing.advice

    in_store(f"sqlite:///{file}", work)


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.FAILED])
def test_strangers_fill_no_store(database: str, outcome: Outcome) -> None:
    async def work(store: Store) -> None:
        audit = StoreAudit(store)
        for _ in range(STRANGERS_PER_MINUTE + 20):
            await audit.write(AuditEntry("session.start", {}), outcome)
        await audit.written()
        async with store.read() as connection:
            counted = await connection.execute(select(func.count()).select_from(AUDIT))
        assert counted.scalar_one() == STRANGERS_PER_MINUTE

    in_store(database, work)


@pytest.mark.alone
@pytest.mark.parametrize("user", ["anna", ""])
def test_how_long_a_refused_sign_in_takes_doesnt_tell_whether_it_is_stored(
    tmp_path: Path, user: str
) -> None:
    file = tmp_path / "locked.db"

    async def work(store: Store) -> None:
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        audit = StoreAudit(store)
        await audit.write(AuditEntry("session.start", {}, user=user), Outcome.REFUSED)
        assert time.monotonic() - began < 1  # a write waits five seconds for the lock
        other.execute("ROLLBACK")
        other.close()
        await audit.written()
        async with store.read() as connection:
            actors = (await connection.execute(select(AUDIT.c.actor))).scalars().all()
        assert actors == [user]

    in_store(f"sqlite:///{file}", work)
