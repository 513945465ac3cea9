"""What can go wrong with the storage of files.

StorageError              503
├── StorageUnavailable    503  it cannot be reached, did not respond in time, or isn't there
├── StorageRefused        503  it denies access
├── StorageReadOnly       503  it accepts no changes
├── StorageFull           503  it has no space left
└── NotStored             404  it has no such file (a NotFound)
"""

from app.errors import DashboardError, NotFound


class StorageError(DashboardError):
    """The storage of files failed; a file is there as a whole or not at all."""

    status = 503
    title = "The dashboard's file storage failed"
    advice = "Try again. If it fails again, see the dashboard's log."


class StorageUnavailable(StorageError):
    """The storage cannot be reached, did not respond in time, or isn't there."""

    title = "The dashboard's file storage is unreachable"
    advice = "Check STORAGE_URL, and whether the storage is running or its disk is mounted."


class StorageRefused(StorageError):
    """The storage denies access."""

    title = "The dashboard's file storage denies access"
    advice = "Check the owner of the folder, or the keys of the bucket and what they permit."


class StorageReadOnly(StorageError):
    """The storage accepts no changes."""

    title = "The dashboard's file storage is read-only"
    advice = "Check how the disk of the folder is mounted."


class StorageFull(StorageError):
    """The storage has no space left."""

    title = "The dashboard's file storage is full"
    advice = "Free some space on the disk of the folder, or raise its quota."


class NotStored(NotFound, StorageError):
    """The storage has no such file."""

    title = "This file isn't stored"
    advice = "It may have been deleted, or its retention is over."
