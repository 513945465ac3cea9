"""What can go wrong with the store; nothing of the transaction was saved.

StoreError             503
├── StoreBusy          503  it is locked, overloaded, or did not respond in time
├── StoreFull          503  its disk is full
├── StoreReadOnly      503  it accepts no changes
├── StoreUnavailable   503  it cannot be reached, or the connection broke
└── NewerSchema        503  a newer version of this program has changed it
"""

from app.errors import DashboardError


class StoreError(DashboardError):
    """The database of this dashboard failed; nothing of the transaction was saved."""

    status = 503
    title = "The dashboard's database failed"
    advice = "Nothing was saved. Pages about LiveKit itself still work. Check the dashboard's log."


class StoreBusy(StoreError):
    """The database is locked or overloaded, or did not respond in time."""

    title = "The dashboard's database is busy"
    advice = "Nothing was saved. Try again in a moment."


class StoreFull(StoreError):
    """The database has no space left."""

    title = "The dashboard's database is full"
    advice = "Nothing was saved. Free some disk space on the machine of the database."


class StoreReadOnly(StoreError):
    """The database accepts no changes."""

    title = "The dashboard's database is read-only"
    advice = "Nothing was saved. Check the permissions of its file, or whether it is a replica."


class StoreUnavailable(StoreError):
    """The database cannot be reached, or the connection broke."""

    title = "The dashboard's database is unreachable"
    advice = "Nothing was saved. Check DATABASE_URL, and whether the database is running."


class NewerSchema(StoreError):
    """A newer version of this program has changed the database."""

    title = "The database belongs to a newer version"
    advice = "Start that version, or restore a backup from before the upgrade."
