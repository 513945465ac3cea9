"""What was received: by all instances if there is a store, else by this process."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request

from app.services.webhooks.feed import Feed
from app.services.webhooks.refusals import Refused
from app.services.webhooks.signing_keys import DEFAULT_SERVER

if TYPE_CHECKING:
    from app.services.webhooks.stored.repaired import Repaired  # with the store, 30 MB


@dataclass(frozen=True, slots=True)
class Seen:
    """What was received and refused; what was repaired in history, or None without a store."""

    feed: Feed
    refused: Sequence[Refused]
    repaired: "Sequence[Repaired] | None" = None


async def seen(request: Request) -> Seen:
    """Return how webhooks arrive. Raises StoreError."""
    state = request.app.state
    if state.store is None:
        return Seen(state.received.feed(), state.refusals.newest_first())
    from app.services.webhooks.stored import arrivals, refused, repaired  # with the store, 30 MB

    store = state.store
    return Seen(
        await arrivals.feed(store),
        await refused.newest_first(store),
        await repaired.lately(store),
    )


async def is_here(request: Request, event_id: str) -> bool:
    """Return whether an event has arrived in the store, or in this process. Raises StoreError."""
    state = request.app.state
    if state.store is None:
        return bool(state.received.has(DEFAULT_SERVER, event_id))
    from app.services.webhooks.stored import arrivals  # with the store, 30 MB

    return await arrivals.was_received(state.store, event_id)
