"""The last 24 hours of the tiles of the overview, from the store."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.security.roles import Permission, User
from app.store.errors import StoreError
from app.web.charts.chart import Chart, Series

if TYPE_CHECKING:
    from app.store.store import Store

PATIENCE = 0.5  # seconds; the overview is about LiveKit, and doesn't wait for the store


async def sparks(store: "Store | None", user: User) -> Mapping[str, Chart]:
    """Return a chart by tile, each of what happened; none without a store, or while it fails."""
    if store is None or not user.can(Permission.HISTORY_READ):
        return {}
    from app.services.usage.measures import Measure  # with the store, 30 MB
    from app.services.usage.reading import last_day
    from app.services.webhooks.signing_keys import DEFAULT_SERVER

    try:
        async with asyncio.timeout(PATIENCE):
            usage = await last_day(store, DEFAULT_SERVER, datetime.now(UTC))
    except (StoreError, TimeoutError):
        return {}
    tiles = {
        "rooms": (Measure.SESSIONS, "sessions started"),
        "participants": (Measure.PEAK, "most participants at one time"),
        "agents": (Measure.AGENT_SESSIONS, "agents that joined"),
        "calls": (Measure.CALLS, "calls that ended"),
        "egress": (Measure.EGRESS, "time of egress"),
        "ingress": (Measure.INGRESS, "time of ingress"),
    }
    gaps = [(gap.since, gap.until) for gap in usage.gaps]
    bounds = usage.period.bounds
    found = {}
    for tile, (measure, label) in tiles.items():
        values = [sum(step) for step in zip(*usage.values.get(measure, {}).values(), strict=True)]
        if any(values):
            found[tile] = Chart(bounds, [Series(label, values, "c1")], "{:,.0f}".format, gaps)
    return found
