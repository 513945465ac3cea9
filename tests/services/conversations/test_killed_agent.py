"""A real agent is killed in the middle of a real conversation: LiveKit sees it leave."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.live.hub import Hub
from app.services.conversations.closing import Closer
from app.services.history.reconciling.reconciler import Reconciler
from app.services.livekit.client import LiveKit
from app.store.schema import CONNECTIONS, CONVERSATIONS
from app.store.store import Store
from dev.stack import Stack
from dev.talks.stories import ENDLESS
from tests.support.conversing import Agents
from tests.support.dashboard import Dashboard
from tests.support.kept import SERVER
from tests.support.stores import Databases, in_store
from tests.support.waiting import until


def test_its_conversation_ends(
    stack: Stack,
    start_dashboard: Callable[..., Dashboard],
    databases: Databases,
    tmp_path: Path,
) -> None:
    files = (tmp_path / "files").as_uri()
    dashboard = start_dashboard(database_url=databases.new(), storage_url=files)

    async def rounds(store: Store) -> dict[str, Any]:
        """Compare history with LiveKit, close what has ended, and return the conversation."""
        async with LiveKit(dashboard.settings) as livekit:
            await Reconciler(store, livekit, Hub(), SERVER).round()
        await Closer(store, Hub(), SERVER).round()
        async with store.read() as connection:
            query = select(CONVERSATIONS).where(CONVERSATIONS.c.job == talk.job)
            row = (await connection.execute(query)).mappings().first()
            agents = CONNECTIONS.c.identity == f"agent-{talk.job}"
            there = (await connection.execute(select(CONNECTIONS.c.sid).where(agents))).first()
        return {**(row or {}), "known": there is not None}

    def seen(*needed: str) -> dict[str, Any]:
        """Return the conversation once all of this is known of it, and nothing before."""
        row = in_store(dashboard.settings.stored_in, rounds)
        return row if all(row.get(name) for name in needed) else {}

    with Agents(stack, dashboard.url, tmp_path) as agents:
        talk = agents.begin(ENDLESS)
        running = until(lambda: seen("known", "job"), 60)
        assert running["ended_at"] is None
        before = datetime.now(UTC)
        agents.kill()
        ended = until(lambda: seen("ended_at"), 90)
        assert ended["ended_inferred"]
        assert ended["session_ended_at"] is None
        # its identity left; the caller, and so the session, is still there
        assert before - timedelta(seconds=5) < ended["gone_at"] < datetime.now(UTC)
        assert ended["duration"] > 0
