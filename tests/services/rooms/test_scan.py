"""Scans of rooms: the order in which rooms are searched."""

from livekit.protocol import models

from app.services.rooms.scan import RoomScan, _alternating


def order(count: int) -> list[str]:
    return [room.name for room in _alternating([models.Room(name=str(n)) for n in range(count)])]


def test_the_newest_and_the_oldest_rooms_take_turns() -> None:
    assert order(0) == []
    assert order(1) == ["0"]
    assert order(4) == ["0", "3", "1", "2"]
    assert order(5) == ["0", "4", "1", "3", "2"]


def test_what_is_left_after_a_scan() -> None:
    first = RoomScan(start=0, scanned=100, rooms=257, empty=20)
    assert (first.after, first.left, first.left_empty) == (100, 157, 20)
    third = RoomScan(start=200, scanned=37, rooms=257, empty=20)
    assert (third.after, third.left, third.left_empty) == (237, 20, 20)
    amid = RoomScan(start=237, scanned=10, rooms=257, empty=20)
    assert (amid.after, amid.left, amid.left_empty) == (247, 10, 10)
    last = RoomScan(start=247, scanned=10, rooms=257, empty=20)
    assert (last.after, last.left, last.left_empty) == (None, 0, 0)
    beyond = RoomScan(start=900, scanned=0, rooms=257, empty=20)
    assert (beyond.after, beyond.left, beyond.left_empty) == (None, 0, 0)
