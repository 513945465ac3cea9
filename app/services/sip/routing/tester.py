"""The route tester: what LiveKit would do with a call, given the stored trunks and rules."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from livekit.api import SIPDispatchRuleInfo

from app.services.livekit.client import LiveKit
from app.services.sip.routing.routing import Route, route
from app.services.sip.routing.terms import Call
from app.services.sip.rules.rules import everything, terms
from app.services.sip.states import RouteResult


@dataclass(frozen=True, slots=True)
class Routed:
    """The route of a call, the agents that its rule dispatches, and the route before a PIN.

    `before` is None if no PIN was requested, or none was entered yet.
    """

    route: Route
    call: Call
    agents: tuple[str, ...] = ()
    before: Route | None = None


async def routed(livekit: LiveKit, call: Call) -> Routed:
    """List all trunks and rules with two calls, and return the route of a call.

    As a SIP worker does: first without a PIN, and with it only if one is requested.
    """
    infos, trunks = await everything(livekit)
    rules = [terms(info) for info in infos]
    first = route(replace(call, pin="", no_pin=False), trunks, rules)
    if first.result != RouteResult.REQUEST_PIN or not (call.pin or call.no_pin):
        return _routed(first, call, infos)
    return _routed(route(call, trunks, rules), call, infos, first)


def _routed(
    route: Route,
    call: Call,
    infos: Sequence[SIPDispatchRuleInfo],
    before: Route | None = None,
) -> Routed:
    """Add the agents that the winning rule dispatches to a room that the call opens."""
    won = route.rule.id if route.rule and route.result is RouteResult.ACCEPT else ""
    agents = (
        agent.agent_name
        for info in infos
        if won and info.sip_dispatch_rule_id == won
        for agent in info.room_config.agents
    )
    return Routed(route, call, tuple(agents), before)
