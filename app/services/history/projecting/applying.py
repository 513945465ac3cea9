"""Takes the rows that events report into the tables of history, some statements for all of them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, Table

from app.services.history.call_rows import save_calls
from app.services.history.projecting.facts import Fact
from app.services.history.projecting.merging import merged
from app.services.history.rows import Key, Row, Rows, key_of, loaded, save
from app.services.history.summaries import summaries
from app.services.recordings.rows import save_recordings
from app.store.schema import CALLS, CONNECTIONS, EGRESS_JOBS, INGRESS_RUNS, SESSIONS, TRACKS

IN_A_ROOM = (CONNECTIONS, TRACKS, EGRESS_JOBS, INGRESS_RUNS)
AREAS = {CALLS.name: "calls", EGRESS_JOBS.name: "egress", INGRESS_RUNS.name: "ingress"}


@dataclass(slots=True)
class Changes:
    """What a transaction changed: the topics of open pages that show it."""

    topics: set[str] = field(default_factory=set)

    def add(self, table: Table, rows: Iterable[Row]) -> None:
        """Add the rows that changed."""
        for row in rows:
            self.topics.add("sessions")
            if table is SESSIONS:
                self.topics |= {f"session:{row['sid']}", f"room:{row['room']}"}
            elif table.name in AREAS:
                self.topics.add(AREAS[table.name])


def apply(connection: Connection, facts: Iterable[Fact]) -> Changes:
    """Merge what events report into history; the transaction holds its lock."""
    reported: dict[str, Rows] = defaultdict(dict)
    for fact in facts:
        rows, key = reported[fact.table.name], key_of(fact.table, fact.row)
        rows[key] = merged(fact.table.name, rows[key], fact.row) if key in rows else fact.row
    changes, touched = Changes(), set[Key]()
    for table in IN_A_ROOM:
        changed = _merge(connection, table, reported[table.name])
        changes.add(table, changed)
        touched |= {(row["server"], row["room_sid"]) for row in changed if table is not TRACKS}
        if table is EGRESS_JOBS and save_recordings(connection, changed, datetime.now(UTC)):
            changes.topics.add("recordings")
        if table is CONNECTIONS:
            calls = save_calls(connection, changed)
            changes.add(CALLS, calls)
            touched |= {(row["server"], row["room_sid"]) for row in calls}
    changes.add(SESSIONS, save_sessions(connection, reported[SESSIONS.name], touched))
    return changes


def _merge(connection: Connection, table: Table, reported: Rows) -> list[Row]:
    """Merge rows into a table, and return those that are new or different."""
    if not reported:
        return []
    before = loaded(connection, table, reported)
    after = {
        key: merged(table.name, before[key], row) if key in before else row
        for key, row in reported.items()
    }
    save(connection, table, before, after)
    return [row for key, row in after.items() if before.get(key) != row]


def save_sessions(connection: Connection, reported: Rows, touched: Iterable[Key]) -> list[Row]:
    """Merge sessions, count again what is in those touched, and return those that changed."""
    before = loaded(connection, SESSIONS, {*reported, *touched})
    after = dict(before)
    for key, row in reported.items():
        # merged with itself, a row gets what is computed from its columns
        after[key] = merged(SESSIONS.name, before.get(key, row), row)
    counted = [key for key in {*touched, *(after.keys() - before.keys())} if key in after]
    for server in {key[0] for key in counted}:
        sids = [key[1] for key in counted if key[0] == server]
        for sid, summary in summaries(connection, server, sids).items():
            after[server, sid] = after[server, sid] | summary
    save(connection, SESSIONS, before, after)
    return [row for key, row in after.items() if before.get(key) != row]
