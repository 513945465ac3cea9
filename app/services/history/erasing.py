"""Forgets an identity: rows and kept webhooks get a pseudonym, which counts like a person."""

import json
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, or_, select, update

from app.services.history.rows import changed
from app.services.history.scrubbing import Scrubber, impersonal, in_files
from app.services.jobs.erasing import erase_in_jobs
from app.services.sip.states import CallDirection
from app.store.schema import (
    CALLS,
    CONNECTIONS,
    EGRESS_JOBS,
    INGRESS_RUNS,
    RECORDINGS,
    TRACKS,
    WEBHOOK_EVENTS,
)
from app.store.store import Store

BATCH = 2000  # rows that are searched in one transaction
PASSES = 5
PSEUDONYM = "erased-"


@dataclass(frozen=True, slots=True)
class Erased:
    """What was changed: the pseudonym, and how many rows of each table; none if nothing was."""

    pseudonym: str
    rows: dict[str, int]


async def footprint(store: Store, server: str, identity: str) -> dict[str, int]:
    """Return how many rows of history have the identity, by table. Raises StoreError."""
    found = {}
    async with store.read() as connection:
        for table in (CONNECTIONS, CALLS, WEBHOOK_EVENTS):
            mine = table.c.server == server, table.c.identity == identity
            query = select(func.count()).select_from(table).where(*mine)
            found[table.name] = int((await connection.execute(query)).scalar_one())
    return found


async def erase(store: Store, server: str, identity: str) -> Erased:
    """Replace an identity everywhere in history, and remove what says who it was.

    The sessions and their figures stay, and so do jobs that acted on people. Webhooks are changed
    too, so that `history rebuild` brings nothing back. It is repeated until nothing is found,
    because webhooks may be on their way into history meanwhile. If it is interrupted, it may be run
    again. Raises StoreError.
    """
    scrubber = Scrubber(identity, f"{PSEUDONYM}{secrets.token_hex(6)}")
    rows: Counter[str] = Counter()
    for _ in range(PASSES):
        some = await _erased_once(store, server, scrubber)
        rows += some
        if not some:
            break
    rows["job_items"] = await erase_in_jobs(store, server, identity, scrubber.pseudonym)
    return Erased(scrubber.pseudonym, dict(+rows))


async def _erased_once(store: Store, server: str, scrubber: Scrubber) -> Counter[str]:
    rows = Counter[str]()
    for table, key, columns, scrub in (
        (WEBHOOK_EVENTS, "id", ("body",), scrubber.body),
        (EGRESS_JOBS, "egress_id", ("info", "error"), scrubber.body),
        (INGRESS_RUNS, "ingress_id", ("name", "error"), scrubber.text),
        (RECORDINGS, "id", ("filename", "location"), scrubber.file),
    ):
        last: Any = 0 if table is WEBHOOK_EVENTS else ""
        while last is not None:
            search = partial(
                _scrub, table=table, key=key, columns=columns, scrub=scrub, scrubber=scrubber
            )
            number, last = await changed(store, partial(search, server=server, last=last))
            rows[table.name] += number
    rows += await changed(store, partial(_pseudonymize, server=server, scrubber=scrubber))
    return +rows


def _pseudonymize(connection: Connection, server: str, scrubber: Scrubber) -> Counter[str]:
    """Change the rows that have the identity as such."""
    rows: Counter[str] = Counter()
    own = CONNECTIONS.c.server == server, CONNECTIONS.c.identity == scrubber.identity
    sids = select(CONNECTIONS.c.sid).where(*own)
    named = TRACKS.c.server == server, TRACKS.c.participant_sid.in_(sids), TRACKS.c.name != ""
    rows["tracks"] = connection.execute(update(TRACKS).where(*named).values(name="")).rowcount
    rows["connections"] = _pseudonymize_connections(connection, own, scrubber)
    for number, direction in (
        ("from_number", CallDirection.INBOUND),
        ("to_number", CallDirection.OUTBOUND),
    ):
        theirs = or_(CALLS.c.direction == direction, CALLS.c.direction == CallDirection.UNKNOWN)
        calls = CALLS.c.server == server, CALLS.c.identity == scrubber.identity
        connection.execute(update(CALLS).where(*calls, theirs).values({number: ""}))
    mine = CALLS.c.server == server, CALLS.c.identity == scrubber.identity
    changes = update(CALLS).where(*mine).values(identity=scrubber.pseudonym)
    rows["calls"] = connection.execute(changes).rowcount
    return rows


def _pseudonymize_connections(connection: Connection, own: Any, scrubber: Scrubber) -> int:
    columns = CONNECTIONS.c
    query = select(columns.server, columns.sid, columns.attributes).where(*own)
    found = connection.execute(query).all()
    if found:
        ours = columns.server == bindparam("own_server"), columns.sid == bindparam("own_sid")
        changes = update(CONNECTIONS).where(*ours).values(attributes=bindparam("kept"))
        same = {"identity": scrubber.pseudonym, "name": ""}
        connection.execute(
            changes.values(**same),
            [
                {
                    "own_server": row.server,
                    "own_sid": row.sid,
                    "kept": json.dumps(impersonal(json.loads(row.attributes)), sort_keys=True),
                }
                for row in found
            ],
        )
    return len(found)


def _scrub(
    connection: Connection,
    *,
    table: Table,
    key: str,
    columns: tuple[str, ...],
    scrub: Callable[[str], str],
    scrubber: Scrubber,
    server: str,
    last: Any,
) -> tuple[int, Any]:
    """Scrub some rows after the key `last`; return how many changed, and the last key or None."""
    keys = select(table.c[key]).where(table.c.server == server, table.c[key] > last)
    some = list(connection.execute(keys.order_by(table.c[key]).limit(BATCH)).scalars())
    if not some:
        return 0, None
    within = table.c.server == server, table.c[key] > last, table.c[key] <= some[-1]
    has = [
        table.c[column].contains(spelt, autoescape=True)
        for column in columns
        for spelt in _spellings(scrubber.identity)
    ]
    if table is WEBHOOK_EVENTS:
        has.append(WEBHOOK_EVENTS.c.identity == scrubber.identity)
    if table is RECORDINGS:  # any character may be escaped
        has.append(RECORDINGS.c.location.contains("%", autoescape=True))
    number = 0
    for row in connection.execute(select(table).where(*within, or_(*has))).mappings().all():
        new = {column: scrub(row[column]) for column in columns}
        if table is WEBHOOK_EVENTS and row["identity"] == scrubber.identity:
            new["identity"] = scrubber.pseudonym
        if any(new[column] != row[column] for column in new):
            mine = [column == row[column.name] for column in table.primary_key]
            connection.execute(update(table).where(*mine).values(**new))
            number += 1
    return number, some[-1]


def _spellings(identity: str) -> set[str]:
    """Return the identity as it may be spelled in JSON, and in the names of files."""
    in_json = {
        json.dumps(spelt, ensure_ascii=ascii_only)[1:-1]
        for spelt in in_files(identity)
        for ascii_only in (True, False)
    }
    return {identity, *in_json}
