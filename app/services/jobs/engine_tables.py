"""Where the engine has its own tables: beside the store's, made by DBOS itself."""

from pathlib import Path

from sqlalchemy import URL

NAME = "livekit-dashboard"
SCHEMA = "dbos"


def system_url(url: URL) -> URL:
    """Return where DBOS has its tables: a schema of PostgreSQL, or a file beside SQLite's.

    SQLite has one writer a file, and DBOS's writes must not delay those of webhooks. What is in it
    is made again by schedules, and from the jobs in the store, so a backup doesn't need the file.
    """
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    path = Path(url.database or "")
    beside = path.with_name(f"{path.stem}-jobs{path.suffix or '.db'}")
    return URL.create("sqlite", database=str(beside))
