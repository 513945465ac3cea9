"""Lists of history on both databases: the same pages as sorting everything, by bounded walks."""

import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.services.history import connections, session_list
from app.services.history.lists.walking import Cursor, Found, Place, Walk, walked
from app.services.history.sessions import Wanted
from app.store.schema import SESSIONS
from app.store.store import Store
from tests.support import history as rows
from tests.support.stores import Databases, in_store

NUMBER = 400


def _many() -> list[rows.Row]:
    made = random.Random(3)  # noqa: S311  the same rows in each run
    return [
        rows.session(
            f"RM_{number:04}",
            made.choice(
                ["team-1", "team-2", "te", "Team-1", "odd%_[x]?*", "call-\u00e9\U0001f600"]
            ),
            started_at=rows.minutes(-made.randrange(200)),
            ended_at=None if made.random() < 0.1 else rows.minutes(made.randrange(300)),
            failures=int(made.random() < 0.1),
            calls=int(made.random() < 0.3),
            agents=int(made.random() < 0.5),
        )
        for number in range(NUMBER)
    ]


MANY = _many()
PEOPLE = [
    rows.connection(
        f"PA_{number:04}",
        MANY[number // 2],
        f"user-{number % 7}",
        joined_at=MANY[number // 2]["started_at"] + timedelta(seconds=number % 5),
        kind=("STANDARD", "SIP", "AGENT")[number % 3],
        aborted=number % 11 == 0,
    )
    for number in range(NUMBER * 2)
]


@pytest.fixture(scope="module")
def filled(databases: Any) -> str:
    url = str(databases.new())
    rows.keep(url, {rows.SESSIONS: MANY, rows.CONNECTIONS: PEOPLE})
    return url


async def _forth_and_back(page: Any, size: int) -> tuple[list[str], list[str]]:
    """Return the SIDs of all pages, and the same from the last page back."""
    forth: list[str] = []
    found: Found[Any] = await page(Place(size))
    while True:
        forth += [each.sid for each in found.rows]
        if found.older is None:
            break
        found = await page(Place(size, before=found.older))
    back = [each.sid for each in reversed(found.rows)]
    while found.newer is not None:
        found = await page(Place(size, after=found.newer))
        back += [each.sid for each in reversed(found.rows)]
    return forth, back


def _sorted(found: Sequence[rows.Row], at: str) -> list[str]:
    return [
        row["sid"] for row in sorted(found, key=lambda row: (row[at], row["sid"]), reverse=True)
    ]


SESSION_FILTERS: dict[str, tuple[Wanted, Any]] = {
    "everything": (Wanted(), lambda row: True),
    "room": (Wanted(room="team-1"), lambda row: row["room"] == "team-1"),
    "prefix": (Wanted(room="te*"), lambda row: row["room"].startswith("te")),
    "suffix": (Wanted(room="*-1"), lambda row: row["room"].endswith("-1")),
    "middle": (Wanted(room="*%_[x]?*"), lambda row: "%_[x]?" in row["room"]),
    "unicode": (Wanted(room="call-\u00e9*"), lambda row: row["room"].startswith("call-\u00e9")),
    "calls": (Wanted(kind="calls"), lambda row: row["calls"] > 0),
    "errors": (
        Wanted(errors=True, kind="agents"),
        lambda row: row["failures"] > 0 and row["agents"] > 0,
    ),
    "longer": (
        Wanted(longer="1h"),
        lambda row: row["ended_at"] and row["ended_at"] - row["started_at"] >= timedelta(hours=1),
    ),
    "open": (
        Wanted(open=True, room="te*"),
        lambda row: row["ended_at"] is None and row["room"].startswith("te"),
    ),
}


@pytest.mark.parametrize("name", SESSION_FILTERS)
def test_pages_of_sessions(filled: str, name: str) -> None:
    wanted, matches = SESSION_FILTERS[name]

    async def work(store: Store) -> tuple[list[str], list[str]]:
        return await _forth_and_back(lambda place: session_list.page(store, wanted, place), 7)

    forth, back = in_store(filled, work)
    assert forth == _sorted([row for row in MANY if matches(row)], "started_at")
    assert back == forth[::-1]


@pytest.mark.parametrize(
    ("wanted", "matches"),
    [
        (connections.Wanted(identity="user-3"), lambda row: row["identity"] == "user-3"),
        (connections.Wanted(kind="sip"), lambda row: row["kind"] == "SIP"),
        (
            connections.Wanted(kind="standard", aborted=True),
            lambda row: row["kind"] == "STANDARD" and row["aborted"],
        ),
        (
            connections.Wanted(room="te*", kind="agent"),
            lambda row: row["room"].startswith("te") and row["kind"] == "AGENT",
        ),
    ],
)
def test_pages_of_connections(filled: str, wanted: connections.Wanted, matches: Any) -> None:
    async def work(store: Store) -> tuple[list[str], list[str]]:
        return await _forth_and_back(lambda place: connections.page(store, wanted, place), 9)

    forth, back = in_store(filled, work)
    assert forth == _sorted([row for row in PEOPLE if matches(row)], "joined_at")
    assert back == forth[::-1]


def test_sessions_of_an_identity_come_once(filled: str) -> None:
    async def work(store: Store) -> tuple[list[str], list[str]]:
        wanted = Wanted(identity="user-0")
        return await _forth_and_back(lambda place: session_list.page(store, wanted, place), 5)

    forth, back = in_store(filled, work)
    assert sorted(forth) == sorted(
        {row["room_sid"] for row in PEOPLE if row["identity"] == "user-0"}
    )
    assert len(forth) == len(set(forth))
    assert back == forth[::-1]


def test_a_walk_stops_and_says_where(filled: str) -> None:
    def walk(store: Store) -> Walk:
        own = SESSIONS.c
        rare = store.dialect.matches(own.room, "odd*")
        return Walk(list(own), own.started_at, own.sid, [own.server == "default"], [rare], most=10)

    async def work(store: Store) -> list[str]:
        async def page(place: Place) -> Found[Any]:
            async with store.read() as connection:
                return await walked(connection, walk(store), place)

        first = await page(Place(50))
        assert len(first.rows) <= 10
        assert first.searched is not None
        assert first.older == Cursor(first.searched, "")
        forth, back = await _forth_and_back(page, 50)
        assert back == forth[::-1]
        return forth

    expected = _sorted([row for row in MANY if row["room"].startswith("odd")], "started_at")
    assert in_store(filled, work) == expected


INDEXED = {
    "failures > 0": "ix_sessions_failures",
    "calls > 0": "ix_sessions_calls",
    "ended_at IS NULL": "ix_sessions_open",
}


@pytest.mark.parametrize("condition", INDEXED)
def test_sqlite_takes_the_index_of_the_filter(tmp_path: Path, condition: str) -> None:
    """Not the one of the time, in which a rare row would be searched among all.

    PostgreSQL knows how many rows each index has.
    """

    async def plan(store: Store) -> str:
        query = f"SELECT * FROM sessions WHERE server = 'default' AND {condition} "  # noqa: S608
        order = "ORDER BY started_at DESC, sid DESC LIMIT 51"
        async with store.read() as connection:
            found = await connection.execute(text(f"EXPLAIN QUERY PLAN {query}{order}"))
            return " ".join(row[3] for row in found)

    assert INDEXED[condition] in in_store(Databases("sqlite", folder=tmp_path).new(), plan)
