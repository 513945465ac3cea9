"""The backend to which uploads are passed on, as a service: whether it takes them."""

from dataclasses import replace
from datetime import UTC, datetime

from app.services.conversations.forwarding.queue import COUNTED, Queue, queue
from app.services.server.capabilities import Capability
from app.services.server.states import Reach
from app.store.errors import StoreError
from app.store.store import Store
from app.text.formatters import duration, plural, thousands

FORWARDING = Capability(
    "Forwarding",
    Reach.UNKNOWN,
    "nothing was forwarded yet",
    how="What the last requests to OTLP_FORWARD_URL were answered; no request was made for this.",
)


async def of_forwarding(store: Store) -> Capability:
    """Return whether the backend took the last batch, and how many wait."""
    try:
        state = await queue(store)
    except StoreError as error:
        return replace(FORWARDING, text="the queue can't be read", advice=error.reason, failed=True)
    advice = " ".join(filter(None, (_waiting(state), _given_up(state))))
    if state.failed_at and (state.sent_at is None or state.failed_at > state.sent_at):
        return replace(
            FORWARDING,
            text="the last try failed",
            advice=f"{state.error} {advice}",
            failed=True,
        )
    if state.sent_at is None:
        return replace(FORWARDING, advice=advice)
    text = f"{thousands(state.sent)} forwarded"
    return replace(FORWARDING, reach=Reach.REACHABLE, text=text, advice=advice)


def _waiting(state: Queue) -> str:
    if state.since is None:
        return "Nothing waits."
    number = f"more than {thousands(COUNTED)} batches"
    if state.waiting <= COUNTED:
        number = plural(state.waiting, "batch", "batches")
    verb = "waits" if state.waiting == 1 else "wait"
    return f"{number} {verb}, the oldest for {duration(datetime.now(UTC) - state.since)}."


def _given_up(state: Queue) -> str:
    if not state.given_up:
        return ""
    return f"{plural(state.given_up, 'batch', 'batches')} given up."
