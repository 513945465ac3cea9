"""DATABASE_URL as people write it, and the SQLAlchemy URL with the driver that we use."""

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from app.config.sources import SettingsError

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}


def engine_url(text: str) -> URL:
    """Return the URL of the database, with its asynchronous driver.

    Raises SettingsError; it never repeats the URL, which may contain a password.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # the latter for a port that is no number
        raise SettingsError(["DATABASE_URL: isn't a valid URL"]) from None
    url = url.set(drivername=DRIVERS[url.drivername.lower()])
    if url.get_backend_name() == "postgresql":
        _check_options(url)
    return url


def _check_options(url: URL) -> None:
    """Raise SettingsError for an option that PostgreSQL's library doesn't know."""
    from psycopg import ProgrammingError  # 9 MB that SQLite doesn't need
    from psycopg.conninfo import make_conninfo

    for name, value in url.query.items():
        try:
            make_conninfo(**{name: str(value)})
        except ProgrammingError:
            raise SettingsError([f"DATABASE_URL: unknown option {name!r}"]) from None
