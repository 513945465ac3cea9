"""Live updates as a service: whether LiveKit reports what happens, and whether all learn of it."""

import time
from dataclasses import replace

from app.live.feed import Feed
from app.live.relays.relay import Relay
from app.services.server.capabilities import Capability
from app.services.server.states import Reach
from app.text.formatters import plural
from app.text.paths import LIVEKIT_HOOK

LIVE = Capability(
    "Live updates",
    Reach.UNKNOWN,
    "",
    how="LiveKit's webhooks show it; a server on which nothing happens sends none.",
    needs="The URL is the dashboard's own, as LiveKit reaches it.",
)


def of_feed(feed: Feed, relay: Relay | None, streams: int, api_key: str) -> Capability:
    """Return what is known: the last webhook, the open streams, and the link to other processes."""
    ages = feed.ages()
    config = f"webhook:\n  api_key: {api_key}\n  urls:\n    - https://dashboard.example.com{LIVEKIT_HOOK}"
    if relay is not None and relay.problem:
        advice = f"Other instances learn of changes by checking. {relay.name}: {relay.problem}"
        text = "the link between instances is lost"
        return replace(LIVE, text=text, advice=advice, failed=True, config=config)
    link = f" Instances are linked through {relay.name}." if relay else ""
    shown = f"{plural(streams, 'stream')} open in this process.{link}"
    if ages:
        text = f"the last event was {min(ages.values())} s ago"
        return replace(LIVE, reach=Reach.REACHABLE, text=text, advice=shown)
    last = max(feed.moments.values(), default=0.0)
    quiet = (
        f"no event for {round((time.time() - last) / 60)} min" if last else "no webhook received"
    )
    advice = f"Pages check for changes at their interval. {shown}"
    return replace(LIVE, text=quiet, advice=advice, config=config)
