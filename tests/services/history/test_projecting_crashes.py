"""Processes that project one database: two at a time, or one that is killed."""

import subprocess
import sys
from pathlib import Path

from app.store.store import Store
from tests.support.program import environment
from tests.support.stores import Databases, in_store
from tests.support.streams import Event, History, history, keep, made, person, room, webhook

PROGRAM = Path(__file__).parent / "projecting_process.py"


def stream() -> list[Event]:
    """Return the webhooks of some rooms, all of them interleaved."""
    rooms = [room(f"RM_{number}", f"room-{number}", created=number) for number in range(8)]
    people = [person(f"PA_{number}", f"who-{number % 40}", 9 + number) for number in range(160)]
    joins = [
        webhook("participant_joined", 9 + number, room=rooms[number % 8], participant=who)
        for number, who in enumerate(people)
    ]
    leaves = [
        webhook("participant_left", 99, room=rooms[number % 8], participant=who | {"version": 2})
        for number, who in enumerate(people)
    ]
    return joins + leaves + [webhook("room_finished", 300, room=each) for each in rooms]


def start(url: str) -> subprocess.Popen[str]:
    """Start a process that projects."""
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), url],
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    )


def kept_in(database: str, events: list[Event]) -> None:
    """Put events into a database."""

    async def work(store: Store) -> None:
        await keep(store, events)

    in_store(database, work)


def seen(database: str) -> History:
    """Return the history of a database."""

    async def work(store: Store) -> History:
        return await history(store)

    return in_store(database, work)


def test_a_process_that_is_killed_leaves_nothing_half_done(
    database: str, databases: Databases
) -> None:
    events = stream()
    expected = made(databases.new(), *events)
    kept_in(database, events)
    for batches in (1, 3, 2):
        killed = start(database)
        assert killed.stdout is not None
        for _ in range(batches):
            assert killed.stdout.readline() == "projected\n"
        killed.kill()
        killed.communicate()
    finishing = start(database)
    finishing.communicate(timeout=60)
    assert finishing.returncode == 0
    assert seen(database) == expected


def test_two_processes_share_the_work(database: str, databases: Databases) -> None:
    events = stream()
    expected = made(databases.new(), *events)
    kept_in(database, events)
    both = [start(database) for _ in range(2)]
    for one in both:
        one.communicate(timeout=60)
    assert [one.returncode for one in both] == [0, 0]
    assert seen(database) == expected
