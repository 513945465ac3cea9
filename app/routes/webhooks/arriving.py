"""What was received: by all instances if there is a store, else by this process."""

from collections.abc import Sequence

from starlette.requests import Request

from app.services.webhooks.feed import Feed
from app.services.webhooks.refusals import Refused
from app.services.webhooks.signing_keys import DEFAULT_SERVER


async def seen(request: Request) -> tuple[Feed, Sequence[Refused]]:
    """Return what was received, and what was refused. Raises StoreError."""
    state = request.app.state
    if state.store is None:
        return state.received.feed(), state.refusals.newest_first()
    from app.services.webhooks.stored import kept, refused  # with the store, 30 MB

    return await kept.feed(state.store), await refused.newest_first(state.store)


async def is_here(request: Request, event_id: str) -> bool:
    """Return whether an event has arrived in the store, or in this process. Raises StoreError."""
    state = request.app.state
    if state.store is None:
        return bool(state.received.has(DEFAULT_SERVER, event_id))
    from app.services.webhooks.stored import kept  # with the store, 30 MB

    return await kept.was_kept(state.store, event_id)
