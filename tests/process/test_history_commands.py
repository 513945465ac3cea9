"""`livekit-dashboard history …`, run as a person runs it."""

from pathlib import Path

from app.services.audit.listing import Wanted, every
from app.store.store import Store
from tests.support.commands import run_apart
from tests.support.stores import in_store
from tests.support.streams import keep, room, webhook


def test_rebuild_says_what_it_did_and_is_audited(database: str, tmp_path: Path) -> None:
    async def fill(store: Store) -> None:
        await keep(store, [webhook("room_started", 0, room=room())])

    async def actions(store: Store) -> list[tuple[str, object]]:
        return [(row.action, row.facts.get("events")) async for row in every(store, Wanted())]

    in_store(database, fill)
    done = run_apart(tmp_path, "history", "rebuild", DATABASE_URL=database)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Events projected again: 1\n"
    assert ("history.rebuild", 1) in in_store(database, actions)


def test_rebuild_needs_a_store(tmp_path: Path) -> None:
    done = run_apart(tmp_path, "history", "rebuild")
    assert done.returncode == 2
    assert "DATABASE_URL: missing" in done.stderr
