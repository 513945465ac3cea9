"""Which trunk and which dispatch rule take a call, and why the others do not.

The steps are those of livekit-server 1.13.5 (service/ioservice_sip.go; protocol, sip/sip.go). A
test asks the real server the same questions.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

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
from app.services.sip.routing.trunk_match import choose_trunk, few, parsed, quoted
from app.services.sip.states import RouteResult, RuleKind
from app.text.formatters import isolated
from app.text.phones import normal_number

Names = Mapping[str, str]  # of trunks, by their ids
KEPT = 4  # bytes of a hidden number that the server shows; one, of a number no longer than that
SPELT = "It has the same number in another spelling: LiveKit compares them as they are written."

NEWER = "its kind is not known, and LiveKit 1.13.5 refuses to go on."
# It cuts the end off a number that has none (protocol, sip/sip.go, EvaluateDispatchRule).
CRASHES = "hides the caller's number, and there is none: livekit-server 1.13.5 crashes here."
COLLIDES = (
    "Dispatch rule for the same trunk, inbound number, number, and PIN combination already exists "
    "in dispatch rule"
)
GIVES_UP = "LiveKit looks for collisions first, and refuses the call."


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
    """Give what LiveKit makes of a call."""
    if call.source and parsed(call.source) is None:
        return Route(
            RouteResult.REFUSED,
            f"{isolated(call.source)} is no IP address.",
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
        reason = f"{next(iter(faults.values()))} {GIVES_UP}"
        said = "" if NEWER in reason else COLLIDES
        found = Route(RouteResult.REFUSED, reason, said, chosen.trunk, rules=verdicts)
    else:
        misses = {rule: _miss(call, rule, chosen.trunk, names) for rule in ordered}
        winner = next((rule for rule, miss in misses.items() if not miss), None)
        verdicts = tuple(_verdict(rule, miss, winner) for rule, miss in misses.items())
        found = replace(_led(call, winner), trunk=chosen.trunk, rules=verdicts)
    return replace(found, trunks=chosen.verdicts)


def _faults(rules: Iterable[RuleTerms], trunk: TrunkTerms | None) -> dict[str, str]:
    """Give what keeps LiveKit from trying any rule, by the ids of the rules at fault.

    Without a trunk it looks at the rules of all trunks.
    """
    read = [rule for rule in rules if not trunk or not rule.trunks or trunk.id in rule.trunks]
    faults: dict[str, str] = {}
    for rule, other, key in collisions(sorted(read, key=lambda rule: rule.id)):
        text = collision(rule, other, key)
        faults |= {rule.id: text, other.id: faults.get(other.id, text)}
    unknown = {rule.id: f"{rule.told}: {NEWER}" for rule in read if rule.kind not in PRIORITIES}
    return faults | unknown


def collision(rule: RuleTerms, other: RuleTerms, key: Key) -> str:
    """Say what two rules, or one rule twice, take for themselves."""
    words = [
        f"the trunk {isolated(key.trunk)}" if key.trunk else "every trunk",
        f"the caller {isolated(key.caller)}" if key.caller else "every caller",
        f"the number {isolated(key.called)}" if key.called else "every number",
        "the same PIN" if key.pin else "no PIN",
    ]
    what = f"{', '.join(words[:-1])} and {words[-1]}"
    if rule is other:
        return f"{rule.told} takes {what} twice."
    return f"{rule.told} and {other.told} both take {what}."


def _untried(
    rule: RuleTerms, trunk: TrunkTerms | None, faults: Mapping[str, str], names: Names
) -> Verdict:
    why = faults.get(rule.id) or _other_trunk(rule, trunk, names)
    reason = why or "LiveKit gives up before it."
    return Verdict(rule.id, rule.label, False, reason, fault=rule.id in faults)


def _verdict(rule: RuleTerms, miss: str, winner: RuleTerms | None) -> Verdict:
    if rule is winner:
        return Verdict(rule.id, rule.label, True, "It is the first that is right for the call.")
    if winner and not miss:
        miss = f"It is right too, but {winner.told} goes first: {why_first(winner, rule)}."
    return Verdict(rule.id, rule.label, False, miss)


def _miss(call: Call, rule: RuleTerms, trunk: TrunkTerms | None, names: Names) -> str:
    """Say why a rule does not take a call; empty where it does."""
    return (
        _other_trunk(rule, trunk, names)
        or _unnamed("from", call.caller, rule.callers)
        or _unnamed("to", call.called, rule.called)
        or _other_pin(call, rule)
    )


def _other_trunk(rule: RuleTerms, trunk: TrunkTerms | None, names: Names) -> str:
    if not rule.trunks or (trunk and trunk.id in rule.trunks):
        return ""
    came = f"by {trunk.told}" if trunk else "by none"
    named = few([names.get(id_, f"{id_} (gone)") for id_ in rule.trunks])
    return f"It takes calls by {named} only, and this one comes {came}."


def _unnamed(way: str, number: str, numbers: Texts) -> str:
    if not numbers or number in numbers:
        return ""
    same = normal_number(number) in map(normal_number, numbers)
    return f"It takes calls {way} {few(numbers)} only.{f' {SPELT}' if same else ''}"


def _other_pin(call: Call, rule: RuleTerms) -> str:
    if call.no_pin:
        return "It asks for a PIN, and the caller typed none." if rule.pin else ""
    if not call.pin or call.pin == rule.pin:
        return ""
    return "Its PIN is another one." if rule.pin else "It has no PIN, and the caller typed one."


def _led(call: Call, rule: RuleTerms | None) -> Route:
    """Give where a rule leads the caller to."""
    if rule is None:
        return Route(RouteResult.DROP, "No dispatch rule takes this call.")
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
    """Give the error of Go's netip.ParseAddr; of an address that looks like one, how it begins."""
    why = "" if re.search("[.:%]", address) else ": unable to parse IP"
    return f"ParseAddr({quoted(address)}){why}"


def _seen(number: str) -> str:
    """Give what the server shows of a hidden number: its end."""
    octets = number.encode()
    return octets[-KEPT if len(octets) > KEPT else -1 :].decode(errors="replace")


def _hash(number: str) -> str:
    return sha256(number.encode()).hexdigest()[:16]
