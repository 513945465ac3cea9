"""/: what needs attention, and the server at a glance."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands.setup import EGRESS_SETUP, INGRESS_SETUP, TELEPHONY_SETUP
from app.navigation.figures import Figure, Figures, not_set_up
from app.navigation.sidebar import may_open
from app.routes.server.sparks import sparks
from app.security.guards import sees
from app.security.roles import Permission
from app.services.server import overview as server_overview
from app.services.server.attention.findings import Problem, Target
from app.services.server.attention.webhooks import Heard
from app.services.server.overview import SORTS, Order, Overview
from app.services.server.states import Coverage, Part
from app.text.paths import (
    AGENT_WORKERS,
    AGENTS,
    CALLS,
    EGRESS,
    INGRESS,
    PARTICIPANTS,
    ROOMS,
    RULES,
    TRUNKS,
    WEBHOOKS,
    dispatch_path,
    egress_path,
    ingress_path,
    room_path,
    sip_path,
)
from app.web.deps import PolledLiveKitDep, SettingsDep, UserDep, WatchDep
from app.web.failures import describe
from app.web.not_set_up import NO_REDIS
from app.web.pages import page

SHOWN = 10  # rooms
SERVICES = "/settings#capabilities"
SIP_SET_UP = "/sip"  # the page of telephony while ENABLE_SIP is off

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Way:
    """Where a problem leads: the page of one item, and the list of exactly those that have it."""

    page: Callable[[Target], str]
    list: str
    open_one: str
    show_all: str
    of_the_server: bool = False


# The page of each part, which says more about why it couldn't be checked.
PARTS: dict[Part, str] = {
    Part.ROOMS: ROOMS,
    Part.EGRESS: EGRESS,
    Part.INGRESS: INGRESS,
    Part.DISPATCHES: AGENTS,
    Part.TRUNKS: TRUNKS,
    Part.RULES: RULES,
    Part.CLOCK: "/settings",
    Part.WEBHOOKS: WEBHOOKS,
    Part.WORKERS: AGENT_WORKERS,
}
WAYS: dict[Problem, Way] = {
    Problem.EGRESS_FAILED: Way(
        lambda target: egress_path(target.id), f"{EGRESS}?status=failed", "Open job", "Show jobs"
    ),
    Problem.EGRESS_ORPHANED: Way(
        lambda target: egress_path(target.id), f"{EGRESS}?status=running", "Open job", "Show jobs"
    ),
    Problem.INGRESS_ERROR: Way(
        lambda target: ingress_path(target.id),
        f"{INGRESS}?state=error",
        "Open ingress",
        "Show ingresses",
    ),
    Problem.DISPATCH_UNTAKEN: Way(
        lambda target: dispatch_path(target.room, target.id),
        f"{AGENTS}?status=untaken",
        "Open dispatch",
        "Show dispatches",
    ),
    Problem.ROOM_FULL: Way(
        lambda target: room_path(target.id), f"{ROOMS}?people=full", "Open room", "Show rooms"
    ),
    Problem.TRUNK_OPEN: Way(
        lambda target: sip_path("trunks", target.id),
        f"{TRUNKS}?kind=inbound",
        "Open trunk",
        "Show trunks",
    ),
    Problem.RULE_CRITICAL: Way(
        lambda target: sip_path("rules", target.id),
        f"{RULES}?faults=bad",
        "Open rule",
        "Show rules",
    ),
    Problem.CLOCK_SKEW: Way(
        lambda _: "/settings", "/settings", "Open settings", "Open settings", of_the_server=True
    ),
    Problem.WEBHOOKS_MISSING: Way(
        lambda _: WEBHOOKS, WEBHOOKS, "Open webhooks", "Open webhooks", of_the_server=True
    ),
    Problem.WORKER_DOWN: Way(
        lambda _: AGENT_WORKERS, AGENT_WORKERS, "Open workers", "Show workers"
    ),
    Problem.UNAVAILABLE: Way(
        lambda target: PARTS[Part(target.id)], SERVICES, "Show details", "Show details"
    ),
}


def address(target: Target) -> str:
    """Return the address of what a finding is about."""
    way = WAYS[target.problem]
    return way.page(target) if target.id else way.list


@router.get("/", dependencies=[sees(Permission.SERVER_READ)])
async def overview(
    request: Request,
    livekit: PolledLiveKitDep,
    settings: SettingsDep,
    user: UserDep,
    watch: WatchDep,
    rooms: Order = "busiest",
) -> Response:
    """Show what needs attention, totals, some rooms and the services; each part fails alone.

    Only what the user may open is named; the clock is the server's, and concerns everybody.
    """
    sip = settings.enable_sip
    heard = await _heard(request)
    workers = watch.latest() if watch else None
    seen = await server_overview.overview(livekit, sip, rooms, SHOWN, heard, workers)
    lines = [
        (finding, address(finding.target), WAYS[finding.target.problem])
        for finding in seen.attention.findings
    ]
    shown = [line for line in lines if line[2].of_the_server or may_open(line[1], user)]
    without_sip = {Part.TRUNKS: SIP_SET_UP, Part.RULES: SIP_SET_UP}
    answer = await page(
        request,
        "server/overview.html.j2",
        sparks=await sparks(request.app.state.store, user),
        topics=("agents", "calls", "egress", "ingress", "participants", "rooms"),
        status=seen.failed.status if seen.failed else 200,
        figures=_figures(seen, sip),
        overview=seen,
        attention=seen.attention,
        lines=shown,
        unseen=len(lines) - len(shown),
        may_open=partial(may_open, user=user),
        places=PARTS if sip else PARTS | without_sip,
        participants=PARTICIPANTS,
        calls=CALLS if sip else SIP_SET_UP,
        with_sip=sip,
        order=rooms,
        sorts=SORTS,
    )
    if seen.failed:
        answer.headers.update(describe(seen.failed))
    return answer


async def _heard(request: Request) -> Heard | None:
    """Return what was received of webhooks: without a store, other processes may know more."""
    state = request.app.state
    if state.store is None:
        return None
    from app.services.webhooks.stored.heard import heard  # with the store, 30 MB

    return await heard(state.store, state.received.since)


# Redis is missing if the list of these parts can't be read.
NEED_REDIS = {
    Part.EGRESS: EGRESS_SETUP,
    Part.INGRESS: INGRESS_SETUP,
    Part.TRUNKS: TELEPHONY_SETUP,
}


def _figures(seen: Overview, sip: bool) -> Figures:
    """Return what the sidebar shows of it, and which parts LiveKit has no Redis for."""
    attention, known = seen.attention, dict[str, Figure]()
    if seen.totals:
        known[ROOMS] = Figure(seen.totals.rooms)
        known[PARTICIPANTS] = Figure(seen.totals.participants)
        partial = attention.coverage(Part.DISPATCHES) is not Coverage.COMPLETE
        known[AGENTS] = Figure(marked=seen.untaken, at_least=partial)
    if seen.egress:
        known[EGRESS] = Figure(seen.egress.active, seen.egress.failed)
    if seen.ingress:
        known[INGRESS] = Figure(seen.ingress.active, seen.ingress.failed)
    if seen.rules is not None:
        known[RULES] = Figure(seen.rules, attention.items(Problem.RULE_CRITICAL))
    for part, feature in NEED_REDIS.items():
        if (sip or part is not Part.TRUNKS) and attention.coverage(part) is Coverage.NOT_SET_UP:
            known |= not_set_up(feature.paths, NO_REDIS)
    return known
