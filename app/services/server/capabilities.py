"""The services that LiveKit offers besides rooms, determined by read-only calls."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from livekit.api import EgressInfo, IngressInfo
from livekit.protocol.models import ParticipantInfo

from app.errors import LiveKitError, Unsupported
from app.services.egress import jobs as egress_jobs
from app.services.ingress import ingresses
from app.services.ingress.states import IngressStatus
from app.services.livekit.client import LiveKit
from app.services.livekit.versions import CHECKED_AGAINST
from app.services.outcome import outcome
from app.services.rooms import rooms
from app.services.rooms.people import is_observer
from app.services.rooms.scan import Found, RoomScan, scan_rooms
from app.services.server.states import Reach
from app.services.sip.routing.terms import TrunkTerms
from app.services.sip.rules import rules
from app.text.formatters import plural

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Capability:
    """One service: its status, how that was determined, and the configuration that it needs.

    `failed` if the call itself failed. `config` is what LiveKit's configuration (YAML) needs, and
    `needs` the rest in words. `calls_searched` is False if a scan of the rooms can say more.
    """

    name: str
    reach: Reach
    text: str
    advice: str = ""
    failed: bool = False
    how: str = ""
    config: str = ""
    needs: str = ""
    calls_searched: bool = True


@dataclass(frozen=True, slots=True)
class Services:
    """What the list calls say of the services that have one."""

    egress: Capability
    ingress: Capability
    sip: Capability

    @property
    def all(self) -> tuple[Capability, ...]:
        """Every service, in the order of the pages."""
        return self.egress, self.ingress, self.sip


IDLE = "available, nothing active"
CALLS_NOT_COUNTED = "available, calls not counted on this page"
NO_WORKER_SEEN = "Worker status is unknown until a job runs."
REDIS = "redis:\n  address: 127.0.0.1:6379"
BASES = (
    "\ningress:\n  rtmp_base_url: rtmp://example.com/live\n  whip_base_url: https://example.com/w"
)
EGRESS = Capability(
    "Egress",
    Reach.UNKNOWN,
    "",
    how="Checked with ListEgress, which fails without Redis. A running job implies a worker, "
    "unless it crashed without reporting.",
    config=REDIS,
    needs="Run livekit-egress with the same Redis, key and secret.",
)
INGRESS = Capability(
    "Ingress",
    Reach.UNKNOWN,
    "",
    how="Checked with ListIngress, which fails without Redis. A publishing ingress implies a "
    "worker.",
    config=REDIS + BASES,
    needs="Run livekit-ingress with the same Redis, key and secret.",
)
SIP = Capability(
    "SIP",
    Reach.UNKNOWN,
    "",
    how="Checked with ListSIPInboundTrunk, which fails without Redis.",
    config=REDIS,
    needs="Run livekit-sip with the same Redis, key and secret, and set ENABLE_SIP=true here.",
)
AGENTS = Capability(
    "Agents",
    Reach.UNKNOWN,
    "",
    NO_WORKER_SEEN,
    needs="No server configuration needed: agent workers register with URL, key and secret.",
)
# Only the action itself would tell, so they are not tested.
UNTESTED = (
    Capability(
        "Remote unmute",
        Reach.UNKNOWN,
        "not tested",
        "Disabled by default. Without this setting, unmute requests are rejected.",
        how="Can only be checked by unmuting a track, so it is not tested.",
        config="room:\n  enable_remote_unmute: true",
    ),
    Capability(
        "Move and forward",
        Reach.UNKNOWN,
        "not tested",
        f"livekit-server {CHECKED_AGAINST} responds “not implemented”; LiveKit Cloud has both.",
        how="Can only be checked by moving a participant, so it is not tested.",
        needs="No configuration enables it.",
    ),
)
# Missing services come first, working ones last.
ORDER = (Reach.ABSENT, Reach.UNKNOWN, Reach.REACHABLE)


async def ask(livekit: LiveKit, enable_sip: bool) -> Services:
    """Check each service with one list call, in parallel; none fails because another does."""
    egress, ingress, trunks = await asyncio.gather(
        outcome(egress_jobs.listed(livekit, running=True)),
        outcome(ingresses.listed(livekit)),
        outcome(rules.trunks(livekit)) if enable_sip else _not_asked(),
    )
    return of_lists(egress, ingress, trunks)


async def _not_asked() -> None:
    return None


def of_lists(
    egress: Sequence[EgressInfo] | LiveKitError,
    ingress: Sequence[IngressInfo] | LiveKitError,
    trunks: Sequence[TrunkTerms] | LiveKitError | None,
) -> Services:
    """Return what lists show of the services, or the errors in their place.

    `trunks` is None if they weren't requested, because ENABLE_SIP is off.
    """
    return Services(
        _service(EGRESS, egress, _egress), _service(INGRESS, ingress, _ingress), _sip(trunks)
    )


async def ask_all(livekit: LiveKit, enable_sip: bool) -> list[Capability]:
    """Check all services, those that need attention first; scans rooms for calls and agents.

    Makes one more call per room scanned.
    """
    services, people = await asyncio.gather(ask(livekit, enable_sip), outcome(_people(livekit)))
    agents, sip = AGENTS, services.sip
    if isinstance(people, LiveKitError):
        agents = replace(AGENTS, text=people.title, advice=people.reason, failed=True)
    else:
        agents, sip = _agents(*people), _calls(sip, *people)
    every = [services.egress, services.ingress, sip, agents, *UNTESTED]
    return sorted(every, key=lambda each: (not each.failed, ORDER.index(each.reach)))


def _agents(people: Found, scan: RoomScan) -> Capability:
    number = _of_kind(people, ParticipantInfo.Kind.AGENT)
    how = f"Participants of kind AGENT {_scanned(scan)}"
    if not number:
        return replace(AGENTS, text="nothing active", how=how)
    text = f"{plural(number, 'agent')} in rooms"
    return replace(AGENTS, reach=Reach.REACHABLE, text=text, advice="", how=how)


def _calls(sip: Capability, people: Found, scan: RoomScan) -> Capability:
    """Add the calls in the rooms: a participant of kind SIP shows that a worker runs."""
    if sip.calls_searched:
        return sip
    sip = replace(
        sip,
        calls_searched=True,
        how=f"{sip.how} A participant of kind SIP implies a worker; searched {_scanned(scan)}",
    )
    calls = _of_kind(people, ParticipantInfo.Kind.SIP)
    if not calls:
        return replace(sip, text="available, no calls found")
    return replace(sip, reach=Reach.REACHABLE, text=plural(calls, "active call"), advice="")


def _scanned(scan: RoomScan) -> str:
    rest = f"; {plural(scan.remaining, 'room was', 'rooms were')} not" if scan.remaining else ""
    return f"in {plural(scan.scanned, 'room')} scanned{rest}."


def _service(
    service: Capability,
    answer: Sequence[Item] | LiveKitError,
    active: Callable[[Sequence[Item]], str],
) -> Capability:
    """Return what a list shows of a service; `active` is empty if nothing shows a worker."""
    if isinstance(answer, Unsupported):
        return replace(service, reach=Reach.ABSENT, text="not configured", advice=answer.advice)
    if isinstance(answer, LiveKitError):
        return replace(service, text=answer.title, advice=answer.reason, failed=True)
    if text := active(answer):
        return replace(service, reach=Reach.REACHABLE, text=text)
    # LiveKit has what it needs, because it answered
    return replace(service, text=IDLE, advice=NO_WORKER_SEEN, config="")


def _sip(trunks: Sequence[TrunkTerms] | LiveKitError | None) -> Capability:
    if trunks is None:
        return replace(SIP, text="not tested", advice="ENABLE_SIP is off in the dashboard.", how="")
    sip = _service(SIP, trunks, lambda _: "")  # trunks show no worker
    if sip.failed or sip.reach is Reach.ABSENT:
        return sip
    # calls are participants: counting them takes a call per room
    return replace(sip, text=CALLS_NOT_COUNTED, calls_searched=False)


def _egress(infos: Sequence[EgressInfo]) -> str:
    """Return how many jobs run, which implies a worker; empty if none does."""
    running = sum(1 for info in infos if egress_jobs.status_of(info) in egress_jobs.RUNNING)
    return plural(running, "active job") if running else ""


def _ingress(infos: Sequence[IngressInfo]) -> str:
    states = [ingresses.status_of(info) for info in infos]
    publishing = states.count(IngressStatus.PUBLISHING)
    return f"{publishing} publishing" if publishing else ""


async def _people(livekit: LiveKit) -> tuple[Found, RoomScan]:
    return await scan_rooms(livekit, await rooms.listed(livekit), uncounted=True)


def _of_kind(people: Found, kind: int) -> int:
    return sum(1 for _, who in people if who.kind == kind and not is_observer(who))
