"""What the tests of jobs share: rooms, and a job that deletes them."""

from pathlib import Path

import pytest
from livekit import api

from dev.stack import Stack
from tests.jobs.deletion import ROOMS, Begin, Deletion
from tests.routes.asked import Ask


@pytest.fixture
def begin(database: str, stack: Stack, make_room: Ask, livekit: Ask, tmp_path: Path) -> Begin:
    """Open rooms, and start a job that deletes them."""

    def begun() -> Deletion:
        names = [make_room() for _ in range(ROOMS)]
        rooms = livekit("room.list_rooms", api.ListRoomsRequest(names=names)).rooms
        deletion = Deletion(database, stack, tmp_path / "acts", names)
        return deletion.begun({room.name: room.sid for room in rooms})

    return begun
