"""Scans of rooms: the order in which rooms are searched."""

from livekit.protocol import models

from app.services.rooms.scan import _alternating


def order(count: int) -> list[str]:
    return [room.name for room in _alternating([models.Room(name=str(n)) for n in range(count)])]


def test_the_newest_and_the_oldest_rooms_take_turns() -> None:
    assert order(0) == []
    assert order(1) == ["0"]
    assert order(4) == ["0", "3", "1", "2"]
    assert order(5) == ["0", "4", "1", "3", "2"]
