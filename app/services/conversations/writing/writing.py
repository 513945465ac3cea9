"""Write one upload: the conversation's row, its parts, and what is computed from these.

The row of the conversation is written first, which locks it: uploads of one conversation are
written one after another, in every database.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, case, delete, exists, func, select

from app.services.conversations.facts import Upload
from app.services.conversations.states import ItemOrigin
from app.services.conversations.writing import rows
from app.services.conversations.writing.quotes import drop_quotes
from app.services.conversations.writing.rows import Row
from app.services.conversations.writing.summaries import summarize
from app.store.dialects import Dialect
from app.store.schema import (
    CONVERSATION_BATCHES,
    CONVERSATION_ERRORS,
    CONVERSATION_EVALUATIONS,
    CONVERSATION_ITEMS,
    CONVERSATION_LOGS,
    CONVERSATION_SPANS,
    CONVERSATION_TAGS,
    CONVERSATION_USAGE,
    CONVERSATIONS,
)

TOGETHER = 500  # rows of one statement
REPORT = "report"  # the origin of usage that the session's report says
KEY = ("server", "job")
ITEMS = CONVERSATION_ITEMS.c
EARLIEST = ("session_started_at",)
LATEST = ("session_ended_at", "heard_at")
EITHER = ("redacted", "simulated")
NEWEST = ("address",)
# columns that only the first upload sets, or that are computed
ONCE = {"server", "job", "first_heard_at", "started_at"}


def write(
    connection: Connection,
    dialect: Dialect,
    server: str,
    upload: Upload,
    now: datetime,
    address: str,
    path: str,
    forward_at: datetime | None = None,
) -> None:
    """Write an upload whose raw batch is at `path`; with `forward_at`, it is also passed on."""
    _write_conversation(connection, dialect, server, upload, now, address)
    _add(
        connection,
        dialect,
        CONVERSATION_BATCHES,
        [
            {
                "server": server,
                "job": upload.job,
                "batch": upload.digest,
                "kind": upload.kind,
                "received_at": now,
                "path": path,
                "bytes": len(upload.raw),
                "records": upload.records,
                "forward_at": forward_at,
                "forward_tries": 0,
            }
        ],
    )
    _write_items(connection, dialect, server, upload)
    _add(connection, dialect, CONVERSATION_SPANS, rows.spans(server, upload))
    _add(connection, dialect, CONVERSATION_LOGS, rows.logs(server, upload))
    _add(connection, dialect, CONVERSATION_EVALUATIONS, rows.evaluations(server, upload))
    _write_tags(connection, dialect, server, upload)
    _write_usage(connection, dialect, server, upload)
    _write_errors(connection, dialect, server, upload)
    summarize(connection, server, upload.job)


def _write_conversation(
    connection: Connection,
    dialect: Dialect,
    server: str,
    upload: Upload,
    now: datetime,
    address: str,
) -> None:
    row = rows.conversation(server, upload, now, address)
    statement = dialect.insert(CONVERSATIONS).values(row)
    new, old = statement.excluded, CONVERSATIONS.c
    said: dict[str, Any] = {name: new[name] for name in NEWEST}
    for name in upload.texts.keys() - ONCE:
        said[name] = case((old[name] == "", new[name]), else_=old[name])
    said["options"] = _longer(new.options, old.options)
    for name in EARLIEST:
        said[name] = _earlier(new[name], old[name])
    for name in LATEST:
        said[name] = _later(new[name], old[name])
    for name in EITHER:
        said[name] = case((old[name], old[name]), else_=new[name])
    connection.execute(statement.on_conflict_do_update(index_elements=KEY, set_=said))


def _earlier(new: Any, old: Any) -> Any:
    return case((and_(new.is_not(None), old.is_(None) | (new < old)), new), else_=old)


def _later(new: Any, old: Any) -> Any:
    return case((and_(new.is_not(None), old.is_(None) | (new > old)), new), else_=old)


def _longer(new: Any, old: Any) -> Any:
    return case((func.length(new) > func.length(old), new), else_=old)


def _write_items(connection: Connection, dialect: Dialect, server: str, upload: Upload) -> None:
    """Write items; once the agent's history has come, what its trace quotes is not needed."""
    found = rows.items(server, upload.job, upload.items)
    if not found:
        return
    mine = and_(ITEMS.server == server, ITEMS.job == upload.job)
    if any(row["origin"] == ItemOrigin.CHAT for row in found):
        found = [row for row in found if row["origin"] == ItemOrigin.CHAT]
        connection.execute(delete(CONVERSATION_ITEMS).where(mine, ITEMS.origin == ItemOrigin.TRACE))
    elif connection.execute(select(exists().where(mine, ITEMS.origin == ItemOrigin.CHAT))).scalar():
        return
    for start in range(0, len(found), TOGETHER):
        statement = dialect.insert(CONVERSATION_ITEMS)
        new = statement.excluded
        richer: dict[str, Any] = {
            name: func.coalesce(new[name], ITEMS[name])
            for name in found[0]
            if CONVERSATION_ITEMS.c[name].nullable
        }
        for name in ("text", "call", "name", "role"):
            richer[name] = case((new[name] == "", ITEMS[name]), else_=new[name])
        for name in ("interrupted", "failed"):
            richer[name] = case((ITEMS[name], ITEMS[name]), else_=new[name])
        richer["details"] = _longer(new.details, ITEMS.details)
        # one spelling has times in nanoseconds, the other as floating-point numbers
        for name in ("at", "started_speaking_at"):
            richer[name] = _earlier(new[name], ITEMS[name])
        richer["stopped_speaking_at"] = _later(new.stopped_speaking_at, ITEMS.stopped_speaking_at)
        added = statement.on_conflict_do_update(
            index_elements=("server", "job", "item"), set_=richer
        )
        connection.execute(added, found[start : start + TOGETHER])
    drop_quotes(connection, mine)


def _write_tags(connection: Connection, dialect: Dialect, server: str, upload: Upload) -> None:
    for row in rows.tags(server, upload):
        statement = dialect.insert(CONVERSATION_TAGS).values(row)
        details = CONVERSATION_TAGS.c.details
        richer = case((details == "{}", statement.excluded.details), else_=details)
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=("server", "job", "tag"), set_={"details": richer}
            )
        )


def _write_usage(connection: Connection, dialect: Dialect, server: str, upload: Upload) -> None:
    _add(
        connection,
        dialect,
        CONVERSATION_USAGE,
        rows.used(server, upload.job, upload.digest, upload.used.values()),
    )
    if upload.report.usage is not None:
        found = rows.used(server, upload.job, REPORT, upload.report.usage)
        _add(connection, dialect, CONVERSATION_USAGE, found)


def _write_errors(connection: Connection, dialect: Dialect, server: str, upload: Upload) -> None:
    _add(connection, dialect, CONVERSATION_ERRORS, rows.errors(server, upload))


def _add(connection: Connection, dialect: Dialect, table: Table, found: Sequence[Row]) -> None:
    """Add the rows that aren't there yet."""
    for start in range(0, len(found), TOGETHER):
        statement = dialect.insert(table).on_conflict_do_nothing()
        connection.execute(statement, list(found[start : start + TOGETHER]))
