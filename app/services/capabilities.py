"""What the server offers besides rooms, found out by questions that change nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from livekit.api import ListEgressRequest, ListIngressRequest, ListSIPInboundTrunkRequest

from app.errors import LiveKitError, Unsupported
from app.formatters import plural
from app.services.livekit import LiveKit


class Offer(StrEnum):
    """Whether a part of the server can be used, as far as it can be known from here."""

    WORKS = "works"
    KEPT = "kept"
    MISSING = "missing"
    FAILED = "failed"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Capability:
    """One part of the server: what is known of it, and what would change that."""

    name: str
    offer: Offer
    text: str
    advice: str = ""


NO_WORKER_SEEN = "Whether a worker runs shows only once it has something to do."


async def ask(livekit: LiveKit, enable_sip: bool) -> list[Capability]:
    """Ask each part with one list call, all at the same time; none fails because another does."""
    parts = [_part("Egress", _egress, livekit), _part("Ingress", _ingress, livekit)]
    if enable_sip:
        parts.append(_part("SIP", _sip, livekit))
    found = list(await asyncio.gather(*parts))
    if not enable_sip:
        found.append(Capability("SIP", Offer.OFF, "not asked", "ENABLE_SIP is off here."))
    return found


async def _part(
    name: str, question: Callable[[LiveKit], Awaitable[str]], livekit: LiveKit
) -> Capability:
    try:
        working = await question(livekit)
    except Unsupported as error:
        return Capability(name, Offer.MISSING, "not configured", error.advice)
    except LiveKitError as error:
        return Capability(name, Offer.FAILED, error.title, error.reason)
    if working:
        return Capability(name, Offer.WORKS, working)
    return Capability(name, Offer.KEPT, "answers, nothing active", NO_WORKER_SEEN)


async def _egress(livekit: LiveKit) -> str:
    """Say how many jobs run, which proves a worker; empty where none does."""
    request = ListEgressRequest(active=True)
    items = (await livekit.read("ListEgress", livekit.api.egress.list_egress, request)).items
    return plural(len(items), "job") + " active" if items else ""


async def _ingress(livekit: LiveKit) -> str:
    request = ListIngressRequest()
    items = (await livekit.read("ListIngress", livekit.api.ingress.list_ingress, request)).items
    publishing = sum(1 for item in items if item.state.status == item.state.ENDPOINT_PUBLISHING)
    return f"{publishing} publishing" if publishing else ""


async def _sip(livekit: LiveKit) -> str:
    request = ListSIPInboundTrunkRequest()
    await livekit.read("ListSIPInboundTrunk", livekit.api.sip.list_inbound_trunk, request)
    return ""  # calls are participants; no list tells of them without a call for each room
