"""What a database's errors mean: by their codes, never by their texts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.store.errors import StoreBusy, StoreError, StoreFull, StoreReadOnly, StoreUnavailable

log = structlog.get_logger("store")

# Neither driver is imported here: a dashboard needs one of them, and psycopg takes 9 MB.

# Primary result codes (sqlite.org/rescode.html): the lowest byte of an extended code.
SQLITE: dict[int, type[StoreError]] = {
    3: StoreReadOnly,  # SQLITE_PERM
    5: StoreBusy,  # SQLITE_BUSY
    6: StoreBusy,  # SQLITE_LOCKED
    8: StoreReadOnly,  # SQLITE_READONLY
    10: StoreUnavailable,  # SQLITE_IOERR
    11: StoreUnavailable,  # SQLITE_CORRUPT
    13: StoreFull,  # SQLITE_FULL
    14: StoreUnavailable,  # SQLITE_CANTOPEN
    26: StoreUnavailable,  # SQLITE_NOTADB
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
    cause: Any = error.orig
    if hasattr(cause, "sqlstate"):
        return _of_postgresql(error, cause.sqlstate)
    code = getattr(cause, "sqlite_errorcode", None)
    return SQLITE.get(code & 0xFF) if code is not None else None


def _of_postgresql(error: DBAPIError, state: str | None) -> type[StoreError] | None:
    if state is None:  # there was no answer to have one
        return StoreUnavailable if isinstance(error, OperationalError | InterfaceError) else None
    return POSTGRESQL.get(state) or POSTGRESQL.get(state[:2])


def _first_line(error: BaseException) -> str:
    """Return what the driver said, without the statement and its values, which may be personal."""
    said = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    return said.partition("\n")[0]
