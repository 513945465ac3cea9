"""What the server offers besides rooms, found out by questions that change nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from livekit.protocol.models import ParticipantInfo

from app.errors import LiveKitError, Unsupported
from app.services.egress import jobs as egress_jobs
from app.services.ingress import ingresses
from app.services.ingress.states import IngressStatus
from app.services.livekit.client import LiveKit
from app.services.rooms import rooms
from app.services.rooms.scan import Found, RoomScan, scan_rooms
from app.services.server.states import Reach
from app.services.sip.rules import rules
from app.text.formatters import plural


@dataclass(frozen=True, slots=True)
class Capability:
    """One part of the server: what is known of it, how that was found out, and what is missing.

    `failed` where the question itself failed. `line` is what LiveKit's configuration (YAML) needs
    for it, with `needs` in words; empty where no line would do it.
    """

    name: str
    reach: Reach
    text: str
    advice: str = ""
    failed: bool = False
    how: str = ""
    line: str = ""
    needs: str = ""


IDLE = "answers, nothing active"
CALLS_NOT_SOUGHT = "answers; its calls are not looked for here"
NO_WORKER_SEEN = "Whether a worker runs shows only once it has something to do."
REDIS = "redis:\n  address: 127.0.0.1:6379"
BASES = (
    "\ningress:\n  rtmp_base_url: rtmp://example.com/live\n  whip_base_url: https://example.com/w"
)
EGRESS = Capability(
    "Egress",
    Reach.UNKNOWN,
    "",
    how="ListEgress, which a server without Redis refuses; a job that runs shows a worker, "
    "or one that died without a word.",
    line=REDIS,
    needs="And livekit-egress with the same Redis, key and secret.",
)
INGRESS = Capability(
    "Ingress",
    Reach.UNKNOWN,
    "",
    how="ListIngress, which a server without Redis refuses; one that publishes shows a worker.",
    line=REDIS + BASES,
    needs="And livekit-ingress with the same Redis, key and secret.",
)
SIP = Capability(
    "SIP",
    Reach.UNKNOWN,
    "",
    how="ListSIPInboundTrunk, which a server without Redis refuses.",
    line=REDIS,
    needs="And livekit-sip with the same Redis, key and secret; here ENABLE_SIP=true.",
)
AGENTS = Capability(
    "Agents",
    Reach.UNKNOWN,
    "",
    NO_WORKER_SEEN,
    needs="No line: a worker of livekit-agents registers by itself, with URL, key and secret.",
)
# Their question is the deed itself, so it is not asked.
UNASKED = (
    Capability(
        "Remote unmute",
        Reach.UNKNOWN,
        "not asked",
        "Off unless this line is there; without it an unmute is refused, and the page says so.",
        how="Only an unmute of somebody's track tells, and that would change something.",
        line="room:\n  enable_remote_unmute: true",
    ),
    Capability(
        "Move and forward",
        Reach.UNKNOWN,
        "not asked",
        "livekit-server 1.13.5 answers “not implemented”; LiveKit Cloud has both.",
        how="Only a move of somebody into another room tells, and that would change something.",
        needs="No line turns it on.",
    ),
)


async def ask(livekit: LiveKit, enable_sip: bool) -> list[Capability]:
    """Ask each part with one list call, all at the same time; none fails because another does."""
    parts = [_part(EGRESS, _egress, livekit), _part(INGRESS, _ingress, livekit)]
    if enable_sip:
        parts.append(_part(SIP, _sip, livekit))
    found = list(await asyncio.gather(*parts))
    if not enable_sip:
        found.append(replace(SIP, text="not asked", advice="ENABLE_SIP is off here.", how=""))
    return found


async def ask_all(livekit: LiveKit, enable_sip: bool) -> list[Capability]:
    """Ask as `ask` does, look into rooms for calls and agents too, and name what is not asked.

    Costs a call for each room that is looked into besides.
    """
    parts, found = await asyncio.gather(ask(livekit, enable_sip), _people(livekit))
    if isinstance(found, LiveKitError):
        agents = replace(AGENTS, text=found.title, advice=found.reason, failed=True)
        return [*parts, agents, *UNASKED]
    people, seen = found
    looked = f"in {plural(seen.scanned, 'room')} that were looked into" + (
        f"; {plural(seen.remaining, 'room was', 'rooms were')} not." if seen.remaining else "."
    )
    how = f"Participants of kind AGENT {looked}"
    agents = replace(AGENTS, text="nothing active", how=how)
    number = _of_kind(people, ParticipantInfo.Kind.AGENT)
    if number:
        text = f"{plural(number, 'agent')} in rooms"
        agents = replace(agents, reach=Reach.REACHABLE, text=text, advice="")
    sip = parts.pop()
    how = f"{sip.how} A participant of kind SIP shows a worker: looked for {looked}"
    calls = _of_kind(people, ParticipantInfo.Kind.SIP)
    if calls and sip.reach is Reach.UNKNOWN and not sip.failed:
        text = f"{plural(calls, 'call goes', 'calls go')} on"
        sip = replace(sip, reach=Reach.REACHABLE, text=text, advice="")
    elif sip.text == CALLS_NOT_SOUGHT:
        sip = replace(sip, text="answers, no call found")
    return [*parts, replace(sip, how=how.strip()), agents, *UNASKED]


async def _part(
    part: Capability, question: Callable[[LiveKit], Awaitable[str]], livekit: LiveKit
) -> Capability:
    try:
        working = await question(livekit)
    except Unsupported as error:
        return replace(part, reach=Reach.ABSENT, text="not configured", advice=error.advice)
    except LiveKitError as error:
        return replace(part, text=error.title, advice=error.reason, failed=True)
    if working:
        return replace(part, reach=Reach.REACHABLE, text=working)
    text = CALLS_NOT_SOUGHT if part is SIP else IDLE
    return replace(part, text=text, advice=NO_WORKER_SEEN)


async def _egress(livekit: LiveKit) -> str:
    """Say how many jobs run, which proves a worker; empty where none does."""
    jobs = await egress_jobs.listed(livekit, running=True)
    return plural(len(jobs), "job") + " active" if jobs else ""


async def _ingress(livekit: LiveKit) -> str:
    states = [ingresses.status_of(info) for info in await ingresses.listed(livekit)]
    publishing = states.count(IngressStatus.PUBLISHING)
    return f"{publishing} publishing" if publishing else ""


async def _sip(livekit: LiveKit) -> str:
    await rules.trunks(livekit)
    return ""  # calls are participants; no list tells of them without a call for each room


async def _people(livekit: LiveKit) -> tuple[Found, RoomScan] | LiveKitError:
    try:
        return await scan_rooms(livekit, await rooms.listed(livekit), uncounted=True)
    except LiveKitError as error:
        return error


def _of_kind(found: Found, kind: int) -> int:
    return sum(1 for _, who in found if who.kind == kind)
