"""The audit in the store: what a failure of the store tells the user who acts, and others."""

import sqlite3
from pathlib import Path

import pytest

from app.security.audit import AuditEntry
from app.security.stored_audit import UNAUDITED, StoreAudit
from app.services.audit.states import Outcome
from app.store.errors import StoreBusy
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
