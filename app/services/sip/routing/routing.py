"""Which trunk and which dispatch rule match a call, and why the others do not.

The steps are those of livekit-server (service/ioservice_sip.go; protocol, sip/sip.go). A
test asks the real server the same questions.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from app.services.livekit.versions import CHECKED_AGAINST
from app.services.sip.routing.terms import (
    PRIORITIES,
    Call,
    Key,
    RuleTerms,
    Texts,
    TrunkTerms,
    Verdict,
    collisions,
    rank,
    why_first,
)
from app.services.sip.routing.trunk_match import choose_trunk, few, hint, parsed, quoted
from app.services.sip.states import RouteResult, RuleKind
from app.text.formatters import isolated
from app.text.phones import normal_number

Names = Mapping[str, str]  # of trunks, by their ids
KEPT = 4  # bytes of a hidden number that the server shows; one, of a number no longer than that
SPELT = "It lists the same number in another format: LiveKit compares numbers exactly as written."

NEWER = f"its type is unknown, and LiveKit {CHECKED_AGAINST} gives up here."
# It cuts the end off a number that has none (protocol, sip/sip.go, EvaluateDispatchRule).
CRASHES = (
    "hides the caller's number, and this call has none: livekit-server "
    f"{CHECKED_AGAINST} crashes here."
)
COLLIDES = (
    "Dispatch rule for the same trunk, inbound number, number, and PIN combination already exists "
    "in dispatch rule"
)
GIVES_UP = "LiveKit checks for collisions first, and rejects the call."


@dataclass(frozen=True, slots=True)
class Fault:
    """Why LiveKit gives up on all rules; `collides` if two of them match the same calls."""

    text: str
    collides: bool


@dataclass(frozen=True, slots=True)
class Route:
    """What becomes of a call, and a verdict on each trunk and each rule, as LiveKit tries them.

    `room` is empty where none is entered; where `random` is set, LiveKit puts something random
    behind it. `identity` and `participant_name` are those of the caller in the room. `said` is what
    LiveKit says itself where it refuses the call, or how that begins.
    """

    result: RouteResult
    reason: str
    said: str = ""
    trunk: TrunkTerms | None = None
    rule: RuleTerms | None = None
    room: str = ""
    random: bool = False
    identity: str = ""
    participant_name: str = ""
    trunks: tuple[Verdict, ...] = ()
    rules: tuple[Verdict, ...] = ()


def route(call: Call, trunks: Iterable[TrunkTerms], rules: Iterable[RuleTerms]) -> Route:
    """Return what LiveKit does with a call."""
    if call.source and parsed(call.source) is None:
        return Route(
            RouteResult.REFUSED,
            f"{isolated(call.source)} isn't an IP address.",
            _unparsed(call.source),
        )
    trunks = tuple(trunks)
    names = {trunk.id: trunk.label for trunk in trunks}
    chosen = choose_trunk(call, trunks)
    if chosen.problem:
        return Route(RouteResult.REFUSED, chosen.problem, chosen.said, trunks=chosen.verdicts)
    ordered = sorted(rules, key=rank)
    faults = _faults(ordered, chosen.trunk)
    if faults:
        verdicts = tuple(_untried(rule, chosen.trunk, faults, names) for rule in ordered)
        first = next(iter(faults.values()))
        reason = f"{first.text} {GIVES_UP}"
        said = COLLIDES if first.collides else ""
        found = Route(RouteResult.REFUSED, reason, said, chosen.trunk, rules=verdicts)
    else:
        misses = {rule: _miss(call, rule, chosen.trunk, names) for rule in ordered}
        winner = next((rule for rule, miss in misses.items() if not miss), None)
        verdicts = tuple(_verdict(rule, miss, winner) for rule, miss in misses.items())
        found = replace(_led(call, winner), trunk=chosen.trunk, rules=verdicts)
    return replace(found, trunks=chosen.verdicts)


def _faults(rules: Iterable[RuleTerms], trunk: TrunkTerms | None) -> dict[str, Fault]:
    """Return what keeps LiveKit from trying any rule, by the ids of the rules at fault.

    Without a trunk it considers the rules of all trunks.
    """
    read = [rule for rule in rules if not trunk or not rule.trunks or trunk.id in rule.trunks]
    faults: dict[str, Fault] = {}
    for rule, other, key in collisions(sorted(read, key=lambda rule: rule.id)):
        fault = Fault(collision(rule, other, key), collides=True)
        faults |= {rule.id: fault, other.id: faults.get(other.id, fault)}
    unknown = [rule for rule in read if rule.kind not in PRIORITIES]
    return faults | {rule.id: Fault(f"{rule.told}: {NEWER}", collides=False) for rule in unknown}


def collision(rule: RuleTerms, other: RuleTerms, key: Key) -> str:
    """Describe the calls that two rules match, or one rule twice."""
    words = [
        f"the trunk {isolated(key.trunk)}" if key.trunk else "every trunk",
        f"the caller {isolated(key.caller)}" if key.caller else "every caller",
        f"the number {isolated(key.called)}" if key.called else "every number",
        "the same PIN" if key.pin else "no PIN",
    ]
    what = f"{', '.join(words[:-1])} and {words[-1]}"
    if rule is other:
        return f"{rule.told} lists {what} twice."
    return f"{rule.told} and {other.told} both match {what}."


def _untried(
    rule: RuleTerms, trunk: TrunkTerms | None, faults: Mapping[str, Fault], names: Names
) -> Verdict:
    own = faults.get(rule.id)
    why = own.text if own else _other_trunk(rule, trunk, names)
    reason = why or "LiveKit gives up before it tries this rule."
    return Verdict(rule.id, rule.label, False, reason, fault=rule.id in faults)


def _verdict(rule: RuleTerms, miss: str, winner: RuleTerms | None) -> Verdict:
    if rule is winner:
        return Verdict(rule.id, rule.label, True, "The highest-priority rule that matches.")
    if winner and not miss:
        miss = f"It matches too, but {winner.told} has priority: {why_first(winner, rule)}."
    return Verdict(rule.id, rule.label, False, miss)


def _miss(call: Call, rule: RuleTerms, trunk: TrunkTerms | None, names: Names) -> str:
    """Return why a rule does not match a call; empty if it does."""
    return (
        _other_trunk(rule, trunk, names)
        or _unnamed("from", call.caller, rule.callers)
        or _unnamed("to", call.called, rule.called)
        or _other_pin(call, rule)
    )


def _other_trunk(rule: RuleTerms, trunk: TrunkTerms | None, names: Names) -> str:
    if not rule.trunks or (trunk and trunk.id in rule.trunks):
        return ""
    came = f"on {trunk.told}" if trunk else "on no trunk"
    named = few([names.get(id_, f"{id_} (deleted)") for id_ in rule.trunks])
    return f"It only matches calls on {named}, and this call is {came}."


def _unnamed(way: str, number: str, numbers: Texts) -> str:
    if not numbers or number in numbers:
        return ""
    same = normal_number(number) in map(normal_number, numbers)
    also = f" {SPELT}" if same else hint(number, numbers)
    return f"It only matches calls {way} {few(numbers)}.{also}"


def _other_pin(call: Call, rule: RuleTerms) -> str:
    if call.no_pin:
        return "It asks for a PIN, and the caller entered none." if rule.pin else ""
    if not call.pin or call.pin == rule.pin:
        return ""
    return "It has another PIN." if rule.pin else "It has no PIN, and the caller entered one."


def _led(call: Call, rule: RuleTerms | None) -> Route:
    """Return where a rule leads the caller."""
    if rule is None:
        return Route(RouteResult.DROP, "No dispatch rule matches this call.")
    if rule.hide_number and not call.caller:
        return Route(RouteResult.REFUSED, f"{rule.told} {CRASHES}", rule=rule)
    if rule.pin and not call.pin:
        return Route(RouteResult.REQUEST_PIN, f"{rule.told} asks for a PIN.", rule=rule)
    seen = _seen(call.caller) if rule.hide_number else call.caller
    number = call.called if rule.kind == RuleKind.CALLEE else seen
    room = rule.room
    if rule.kind != RuleKind.DIRECT:
        room = f"{rule.room}_{number}" if rule.room else number
    return Route(
        RouteResult.ACCEPT,
        f"{rule.told} takes it.",
        rule=rule,
        room=room,
        random=rule.random,
        identity=f"sip_{_hash(call.caller) if rule.hide_number else call.caller}",
        participant_name=f"Phone {seen}",
    )


def _unparsed(address: str) -> str:
    """Return the error of Go's netip.ParseAddr; for what looks like an address, its start."""
    why = "" if re.search("[.:%]", address) else ": unable to parse IP"
    return f"ParseAddr({quoted(address)}){why}"


def _seen(number: str) -> str:
    """Return what the server shows of a hidden number: its end."""
    octets = number.encode()
    return octets[-KEPT if len(octets) > KEPT else -1 :].decode(errors="replace")


def _hash(number: str) -> str:
    return sha256(number.encode()).hexdigest()[:16]
