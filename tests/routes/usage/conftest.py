"""A dashboard with some usage: two sessions of the last hours, one of them with a failed join."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.services.usage.rolling import roll
from app.store.schema import CONNECTIONS, SESSIONS
from app.store.store import Store
from tests.support.dashboard import Dashboard
from tests.support.history_rows import SERVER, add, connection, session
from tests.support.stores import Databases, in_store

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


async def some_usage(store: Store) -> None:
    """Write the sessions, and count them."""
    now = datetime.now(UTC)
    standup = session("standup", now - HOUR, now - 30 * MINUTE)
    odd = session("<b>odd*room", now - 40 * MINUTE)
    await add(store, SESSIONS, standup, odd)
    await add(
        store,
        CONNECTIONS,
        connection(standup, "ada", now - HOUR, now - 30 * MINUTE, reason="CLIENT_INITIATED"),
        connection(standup, "eve", now - 50 * MINUTE, now - 40 * MINUTE, reason="SIGNAL_CLOSE"),
        connection(odd, "agent-1", now - 40 * MINUTE, kind="AGENT"),
        connection(odd, "mallory", now - 40 * MINUTE, aborted=True),
    )
    await roll(store, SERVER, now)


@pytest.fixture(scope="module")
def used(start_dashboard: Callable[..., Dashboard], databases: Databases) -> Dashboard:
    """The dashboard, on each database."""
    url = databases.new()
    in_store(url, some_usage)
    return start_dashboard(database_url=url)
