"""When the dashboard watched a server: each round covers the time since the one before."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select, update

from app.store.schema import COVERAGE

LONGEST_GAP = timedelta(seconds=90)


def last_round(connection: Connection, server: str) -> datetime | None:
    """Return when the last round was, before this one is written; None if there was none."""
    newest = select(func.max(COVERAGE.c.until_at)).where(COVERAGE.c.server == server)
    found: datetime | None = connection.execute(newest).scalar()
    return found


def extend_coverage(connection: Connection, server: str, now: datetime) -> None:
    """Extend the server's last interval to now, or begin another after a longer gap."""
    mine = COVERAGE.c.server == server
    newest = select(COVERAGE).where(mine).order_by(COVERAGE.c.until_at.desc()).limit(1)
    last = connection.execute(newest).mappings().first()
    if last is None or now - last["until_at"] > LONGEST_GAP:
        connection.execute(insert(COVERAGE).values(server=server, began_at=now, until_at=now))
    elif now > last["until_at"]:
        same = update(COVERAGE).where(mine, COVERAGE.c.began_at == last["began_at"])
        connection.execute(same.values(until_at=now))
