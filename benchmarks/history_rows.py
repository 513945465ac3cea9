"""Many sessions of thirteen months, written as quickly as the database takes them.

The figures are made up, but the same each time: rooms of which some are used far more often than
others, ten connections a session on average, one call in ten sessions, one recording in ten.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from app.store.schema import CALLS, CONNECTIONS, EGRESS_JOBS, SESSIONS
from benchmarks import bulk
from benchmarks.bulk import Row, Rows

SPAN = timedelta(days=395)
ROOMS, PEOPLE = 20_000, 200_000
TABLES = (SESSIONS, CONNECTIONS, EGRESS_JOBS, CALLS)
REASONS = ("CLIENT_INITIATED",) * 18 + ("SIGNAL_CLOSE", "PARTICIPANT_REMOVED")
MICRO = 1_000_000
SERVER = "default"


async def fill(database_url: str, sessions: int) -> None:
    """Bring the schema up to date, and add as many sessions with all that was in them."""
    now = datetime.now(UTC)
    await bulk.write(database_url, TABLES, _all(sessions, now), (now - SPAN, now))


def _all(sessions: int, now: datetime) -> Iterator[Rows]:
    chance = random.Random(7)  # noqa: S311  the same each time
    first = int((now - SPAN).timestamp() * MICRO)
    every = int(SPAN / timedelta(microseconds=1)) // sessions
    for number in range(sessions):
        yield _session(number, first + number * every, chance)


def _session(number: int, began: int, chance: random.Random) -> Rows:
    lasted = int(min(chance.lognormvariate(6.5, 1.2), 80_000) * MICRO)
    ended = began + lasted
    room = {"room": f"room-{int(ROOMS * chance.random() ** 3)}", "room_sid": f"RM_{number:012d}"}
    people = [
        _connection(number, each, began, lasted, room, chance)
        for each in range(1 + min(int(chance.expovariate(1 / 9)), 99))
    ]
    call = _call(number, people[0]) if number % 10 == 3 else None
    jobs = [_job(number, began, ended, room)] if number % 10 == 5 else []
    aborted = sum(each["aborted"] for each in people)
    row = {
        "sid": room["room_sid"],
        "room": room["room"],
        "started_at": began,
        "started_inferred": False,
        "ended_at": ended,
        "ended_inferred": number % 50 == 0,
        "end_reason": "",
        "duration": lasted,
        "seen_at": ended,
        "participants": len({each["identity"] for each in people}),
        "peak": max(1, len(people) // 2),
        "agents": int(number % 5 == 0),
        "calls": int(call is not None),
        "egress": len(jobs),
        "ingress": int(number % 40 == 0),
        "failures": aborted + sum(job["status"] == "EGRESS_FAILED" for job in jobs),
    }
    rows: Rows = {"sessions": [row], "connections": people, "egress_jobs": jobs}
    rows["calls"] = [call] if call else []
    return {table: [each | {"server": SERVER} for each in found] for table, found in rows.items()}


def _connection(
    session: int, number: int, began: int, lasted: int, room: Row, chance: random.Random
) -> Row:
    joined = began + int(lasted * chance.random() * 0.5)
    left = joined + int((began + lasted - joined) * chance.random())
    kind = "SIP" if session % 10 == 3 and not number else "STANDARD"
    kind = "AGENT" if session % 5 == 0 and not number else kind
    person = f"person-{chance.randrange(PEOPLE)}"
    return room | {
        "sid": f"PA_{session:09d}_{number:02d}",
        "identity": person,
        "name": person.title(),
        "kind": kind,
        "hidden": False,
        "joined_at": joined,
        "joined_inferred": False,
        "left_at": left,
        "left_inferred": False,
        "reason": chance.choice(REASONS),
        "aborted": chance.random() < 0.01,
        "attributes": "{}",
        "described_at": joined,
        "described_by": "",
        "seen_at": left,
    }


def _call(session: int, participant: Row) -> Row:
    copied = ("room", "room_sid", "identity", "reason")
    return {name: participant[name] for name in copied} | {
        "call_id": f"SCL_{session:012d}",
        "participant_sid": participant["sid"],
        "direction": "inbound" if session % 20 == 3 else "outbound",
        "from_number": f"+1555{session % 10_000_000:07d}",
        "to_number": f"+1444{session % 1000:07d}",
        "trunk_id": f"ST_{session % 7}",
        "rule_id": "",
        "status": "hangup",
        "started_at": participant["joined_at"],
        "started_inferred": False,
        "ended_at": participant["left_at"],
        "ended_inferred": False,
        "sip_text": "",
    }


def _job(session: int, began: int, ended: int, room: Row) -> Row:
    failed = session % 200 == 5
    return room | {
        "egress_id": f"EG_{session:012d}",
        "type": "room_composite",
        "status": "EGRESS_FAILED" if failed else "EGRESS_COMPLETE",
        "error": "Start signal not received" if failed else "",
        "error_code": 500 if failed else 0,
        "started_at": began,
        "started_inferred": False,
        "ended_at": ended,
        "ended_inferred": False,
        "updated_at": ended,
        "info": "{}",
    }
