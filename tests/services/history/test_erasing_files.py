"""An identity is forgotten in the names and locations of files, however these spell it."""

import pytest
from sqlalchemy import select

from app.services.history.erasing import erase
from app.services.history.scrubbing import Scrubber
from app.store.schema import EGRESS_JOBS, RECORDINGS
from app.store.store import Store
from tests.support.history import egress, keep, session
from tests.support.recordings import recording_row
from tests.support.stores import in_store
from tests.support.streams import SERVER


@pytest.mark.parametrize(
    ("identity", "name", "expected"),
    [
        ("alice", "room_alice_2024.mp4", "room_X_2024.mp4"),
        ("alice", "a/alice.mp4", "a/X.mp4"),
        ("alice", "my%20alice.mp4", "my%20X.mp4"),
        ("alice", "alice%2Fa.mp4", "X%2Fa.mp4"),
        ("Jörg Maier", "J%C3%B6rg%20Maier.mp4", "X.mp4"),
        ("a@b.example", "x/a@b.example_1.mp4", "x/X_1.mp4"),
        ("a@b.example", "x/a%40b.example_1.mp4", "x/X_1.mp4"),
        ("Jörg", "j%c3%b6rg-J%c3%b6rg.mp4", ""),
        ("alice", "malice.mp4", "malice.mp4"),
        ("alice", "alices_alice2.mp4", "alices_alice2.mp4"),
        ("anna", "J%C3%A4anna.mp4", "J%C3%A4anna.mp4"),
    ],
)
def test_names_of_files(identity: str, name: str, expected: str) -> None:
    assert Scrubber(identity, "X").file(name) == expected


@pytest.mark.parametrize(
    ("identity", "name", "location"),
    [
        ("alice", "room_alice_2024.mp4", "https://t.example/room_alice_2024.mp4"),
        ("Jörg Maier", "Jörg Maier.mp4", "https://t.example/J%C3%B6rg%20Maier.mp4"),
        ("Jörg", "x.mp4", "https://t.example/J%c3%b6rg.mp4"),
    ],
)
def test_recordings_and_their_jobs(database: str, identity: str, name: str, location: str) -> None:
    job = egress("EG_1", session("RM_1", "r"), server=SERVER)
    info = f'{{"fileResults": [{{"filename": "{name}", "location": "{location}"}}]}}'
    row = recording_row("EG_1", filename=name, location=location, server=SERVER)

    keep(database, {EGRESS_JOBS: [job | {"info": info}], RECORDINGS: [row]})

    async def work(store: Store) -> None:
        erased = await erase(store, SERVER, identity)
        assert erased.rows["recordings"] == 1
        async with store.read() as connection:
            kept = (await connection.execute(select(RECORDINGS))).one()
            known = (await connection.execute(select(EGRESS_JOBS.c.info))).scalar_one()
        for part in ("alice", "rg", "Maier"):
            assert part not in f"{kept.filename} {kept.location}"
        if identity != "Jörg":
            assert erased.pseudonym in kept.location
            assert known.count(erased.pseudonym) == 2
        assert (await erase(store, SERVER, identity)).rows == {}

    in_store(database, work)
