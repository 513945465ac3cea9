"""What a database's errors mean: by their codes, never by their texts."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import structlog
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.store.errors import StoreBusy, StoreError, StoreFull, StoreReadOnly, StoreUnavailable

log = structlog.get_logger("store")

# Primary result codes (sqlite.org/rescode.html): the lowest byte of an extended code.
SQLITE: dict[int, type[StoreError]] = {
    sqlite3.SQLITE_BUSY: StoreBusy,
    sqlite3.SQLITE_LOCKED: StoreBusy,
    sqlite3.SQLITE_READONLY: StoreReadOnly,
    sqlite3.SQLITE_PERM: StoreReadOnly,
    sqlite3.SQLITE_FULL: StoreFull,
    sqlite3.SQLITE_CANTOPEN: StoreUnavailable,
    sqlite3.SQLITE_IOERR: StoreUnavailable,
    sqlite3.SQLITE_CORRUPT: StoreUnavailable,
    sqlite3.SQLITE_NOTADB: StoreUnavailable,
}
# SQLSTATE and its classes (PostgreSQL documentation, appendix A).
POSTGRESQL: dict[str, type[StoreError]] = {
    "25006": StoreReadOnly,
    "40": StoreBusy,  # transaction rollback: deadlock, serialization failure
    "42501": StoreReadOnly,  # insufficient privilege: no CREATE on the schema, from version 15 on
    "53100": StoreFull,
    "53": StoreBusy,  # insufficient resources, such as too many connections
    "55": StoreBusy,  # object not in prerequisite state: lock_timeout
    "57014": StoreBusy,  # query_canceled: statement_timeout
    "57": StoreUnavailable,  # operator intervention: shutdown
    "58": StoreUnavailable,  # system error, outside PostgreSQL itself
    "08": StoreUnavailable,  # connection exception
    "28": StoreUnavailable,  # invalid authorization
    "3D": StoreUnavailable,  # no such database
}


@contextmanager
def translated() -> Iterator[None]:
    """Raise StoreError in place of what a database or its driver raises for a failure of its own.

    Errors in our SQL, and violated constraints, are raised as they are.
    """
    try:
        yield
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        failure = _failure(error)
        if failure is None:
            raise
        log.warning("store failed", kind=failure.__name__, error=_first_line(error))
        raise failure from error


def _failure(error: BaseException) -> type[StoreError] | None:
    if isinstance(error, PoolTimeout | TimeoutError):
        return StoreBusy
    if isinstance(error, OSError):
        return StoreUnavailable
    if not isinstance(error, DBAPIError):
        return None
    cause = error.orig
    if isinstance(cause, psycopg.Error):
        return _of_postgresql(cause)
    code = getattr(cause, "sqlite_errorcode", None)
    return SQLITE.get(code & 0xFF) if code is not None else None


def _of_postgresql(cause: psycopg.Error) -> type[StoreError] | None:
    state = cause.sqlstate
    if state is None:  # there was no answer to have one
        lost = isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)
        return StoreUnavailable if lost else None
    return POSTGRESQL.get(state) or POSTGRESQL.get(state[:2])


def _first_line(error: BaseException) -> str:
    """Return what the driver said, without the statement and its values, which may be personal."""
    said = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    return said.partition("\n")[0]
