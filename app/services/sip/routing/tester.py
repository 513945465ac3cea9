"""The route tester: what LiveKit would make of a call, by the trunks and rules that are there."""

from dataclasses import dataclass, replace

from app.services.livekit.client import LiveKit
from app.services.sip.routing.routing import Route, route
from app.services.sip.routing.terms import Call
from app.services.sip.rules import rules as rules_rules
from app.services.sip.states import RouteResult


@dataclass(frozen=True, slots=True)
class Routed:
    """What becomes of a call, and `before`, where a PIN was asked for: what had become of it then.

    `before` is None where no PIN was asked for, or none was typed or refused yet.
    """

    route: Route
    before: Route | None = None


async def routed(livekit: LiveKit, call: Call) -> Routed:
    """Ask for all trunks and rules, by two calls, and give what becomes of a call.

    As a SIP worker does it: first without a PIN, and with it only where one is asked for.
    """
    infos, trunks = await rules_rules.everything(livekit)
    rules = [rules_rules.terms(info) for info in infos]
    first = route(replace(call, pin="", no_pin=False), trunks, rules)
    if first.result != RouteResult.REQUEST_PIN or not (call.pin or call.no_pin):
        return Routed(first)
    return Routed(route(call, trunks, rules), first)
