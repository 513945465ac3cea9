"""A dashboard with some usage: two sessions of the last hours, one of them with a failed join."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.services.usage.rolling import roll
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import CONNECTIONS, SESSIONS
from app.store.store import Store
from tests.support.dashboard import Dashboard
from tests.support.history import add, connection, session
from tests.support.stores import Databases, in_store

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


async def some_usage(store: Store) -> None:
    """Write the sessions, and count them."""
    now = datetime.now(UTC)
    half = now - 30 * MINUTE
    standup = session("RM_standup", "standup", started_at=now - HOUR, ended_at=half)
    odd = session("RM_odd", "<b>odd*room", started_at=now - 40 * MINUTE, ended_at=None)
    lost = {"joined_at": now - 50 * MINUTE, "left_at": now - 40 * MINUTE, "reason": "SIGNAL_CLOSE"}
    people = [
        connection("PA_ada", standup, "ada"),
        connection("PA_eve", standup, "eve", **lost),
        connection("PA_agent", odd, "agent-1", kind="AGENT"),
        connection("PA_mallory", odd, "mallory", aborted=True),
    ]
    await add(store, {SESSIONS: [standup, odd], CONNECTIONS: people})
    await roll(store, DEFAULT_SERVER, now)


@pytest.fixture(scope="module")
def used(start_dashboard: Callable[..., Dashboard], databases: Databases) -> Dashboard:
    """The dashboard, on each database."""
    url = databases.new()
    in_store(url, some_usage)
    return start_dashboard(database_url=url)
