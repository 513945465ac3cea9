"""The rows of an upload: texts cut to their columns, and storable in both databases."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import String, Table

from app.services.audit.writing import storable
from app.services.conversations.attributes import as_json
from app.services.conversations.facts import Item, Upload, Used
from app.store.schema import (
    CONVERSATION_ERRORS,
    CONVERSATION_EVALUATIONS,
    CONVERSATION_ITEMS,
    CONVERSATION_LOGS,
    CONVERSATION_SPANS,
    CONVERSATION_TAGS,
    CONVERSATION_USAGE,
    CONVERSATIONS,
)

LONGEST_TEXT = 100_000  # characters; the whole of it is in the raw batch
OWN = "lk."  # begins the tags of outcomes and verdicts, which have columns of their own
MOST_TIMES = 2**31 - 1
MOST_USED = 2**40  # tokens, characters, or microseconds: many of them can be added up
MOST = 2**53  # of a number that somebody sends

Row = dict[str, Any]


def conversation(server: str, upload: Upload, now: datetime, address: str) -> Row:
    """Return the row of a conversation of which nothing else is known."""
    row: Row = {"server": server, "job": upload.job, "first_heard_at": now, "heard_at": now}
    for column in CONVERSATIONS.c:
        if column.name not in row and not column.nullable:
            row[column.name] = _empty(column.type.python_type)
    row |= upload.texts | {
        "address": address,
        "started_at": upload.session_started_at or now,
        "session_started_at": upload.session_started_at,
        "session_ended_at": upload.session_ended_at,
        "redacted": upload.redacted,
        "simulated": upload.simulated,
    }
    return _fitted(CONVERSATIONS, row)


def _empty(kind: type) -> Any:
    return {str: "", int: 0, bool: False}.get(kind, kind())


def items(server: str, job: str, found: Iterable[Item]) -> list[Row]:
    """Return the rows of items, each ID once: of two spellings, the last one."""
    rows: dict[str, Row] = {}
    for item in found:
        row = {name: getattr(item, name) for name in Item.__slots__}
        row |= {"server": server, "job": job, "details": as_json(item.details)}
        row = _fitted(CONVERSATION_ITEMS, row)
        known = rows.get(row["item"], {})
        rows[row["item"]] = known | {
            name: value for name, value in row.items() if value is not None
        }
        for name in row:
            rows[row["item"]].setdefault(name, None)
    return list(rows.values())


def spans(server: str, upload: Upload) -> list[Row]:
    """Return the rows of spans."""
    return _rows(CONVERSATION_SPANS, server, upload, upload.spans, batch=upload.digest)


def logs(server: str, upload: Upload) -> list[Row]:
    """Return the rows of log lines."""
    return _rows(CONVERSATION_LOGS, server, upload, upload.logs, batch=upload.digest)


def evaluations(server: str, upload: Upload) -> list[Row]:
    """Return the rows of evaluations."""
    return _rows(CONVERSATION_EVALUATIONS, server, upload, upload.evaluations)


def used(server: str, job: str, origin: str, found: Iterable[Used]) -> list[Row]:
    """Return the rows of usage, each kind, provider and model once."""
    rows: dict[tuple[str, ...], Row] = {}
    for each in found:
        amounts = {
            name: max(0, min(value, MOST_USED)) if isinstance(value, int) else value
            for name, value in asdict(each).items()
        }
        named = {"server": server, "job": job, "origin": origin}
        row = _fitted(CONVERSATION_USAGE, amounts | named)
        rows[row["kind"], row["provider"], row["model"]] = row
    return list(rows.values())


def errors(server: str, upload: Upload) -> list[Row]:
    """Return the rows of errors that the session's report counts."""
    job = upload.job
    return [
        _fitted(
            CONVERSATION_ERRORS,
            {"server": server, "job": job, "kind": kind, "times": min(times, MOST_TIMES)},
        )
        for kind, times in (upload.report.errors or {}).items()
    ]


def tags(server: str, upload: Upload) -> list[Row]:
    """Return the rows of the tags that an agent gave."""
    return [
        _fitted(
            CONVERSATION_TAGS,
            {"server": server, "job": upload.job, "tag": tag, "details": as_json(details)},
        )
        for tag, details in upload.tags.items()
        if not tag.startswith(OWN)
    ]


def _rows(
    table: Table, server: str, upload: Upload, found: Iterable[Any], **more: str
) -> list[Row]:
    rows = []
    for each in found:
        row = {name: getattr(each, name) for name in type(each).__slots__}
        rows.append(_fitted(table, row | {"server": server, "job": upload.job} | more))
    return rows


def _fitted(table: Table, row: Row) -> Row:
    return {name: _fits(table.c[name].type, value) for name, value in row.items()}


def _fits(kind: Any, value: Any) -> Any:
    if isinstance(value, str):
        longest = kind.length if isinstance(kind, String) and kind.length else LONGEST_TEXT
        return storable(str(value))[:longest]
    if isinstance(value, dict):
        return storable(as_json(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return max(-MOST, min(value, MOST))
    return value
