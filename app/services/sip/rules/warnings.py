"""What is wrong with a set of dispatch rules: who gets in unasked, what collides, what never wins.

Pure functions over all rules and inbound trunks; nothing here asks LiveKit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.services.sip.routing.routing import collision
from app.services.sip.routing.terms import PRIORITIES, RuleTerms, Texts, TrunkTerms, collisions
from app.services.sip.routing.trunk_match import few, valid
from app.services.sip.states import RuleKind
from app.text.phones import normal_number

Numbers = frozenset[str]
Fault = Literal[
    "open", "claimed", "collides", "never", "gone", "spelling", "roomless", "hides", "pin"
]
LABELS: dict[Fault, str] = {
    "open": "open to strangers",
    "claimed": "open by number",
    "collides": "collides",
    "never": "never takes a call",
    "gone": "trunk gone",
    "spelling": "spelling",
    "roomless": "no room",
    "hides": "can crash LiveKit",
    "pin": "odd PIN",
}
# What a caller can type; # ends the PIN.
DIGITS = frozenset("0123456789*ABCD")


@dataclass(frozen=True, slots=True)
class RuleWarning:
    """One thing to know about a rule; `other` is the id of another rule that it is about."""

    fault: Fault
    text: str
    other: str = ""

    @property
    def label(self) -> str:
        """The warning in a word or two."""
        return LABELS[self.fault]

    @property
    def tone(self) -> str:
        """How grave it is, as the badges have it."""
        return "bad" if self.fault in {"open", "collides", "roomless", "hides"} else "warn"


def warnings(
    rules: Sequence[RuleTerms], trunks: Sequence[TrunkTerms]
) -> dict[str, tuple[RuleWarning, ...]]:
    """Give what is to be said of each rule, by its id; the gravest first."""
    found: dict[str, list[RuleWarning]] = {rule.id: [] for rule in rules}
    for rule, other, key in collisions(sorted(rules, key=lambda rule: rule.id)):
        where = "calls by this trunk, and calls by none" if key.trunk else "calls"
        text = f"{collision(rule, other, key)} LiveKit refuses all {where}, until one is changed."
        found[rule.id].append(RuleWarning("collides", text, other.id))
        if other is not rule:
            found[other.id].append(RuleWarning("collides", text, rule.id))
    rules_of: dict[str, list[RuleTerms]] = {}
    for rule in rules:
        for trunk_id in rule.trunks:
            rules_of.setdefault(trunk_id, []).append(rule)
    lines = {trunk.id: _line(trunk, rules_of) for trunk in trunks}
    for rule in rules:
        found[rule.id] += _of_one(rule, lines)
        found[rule.id] += _overruled(rule, lines.values())
        found[rule.id].sort(key=lambda warning: warning.tone != "bad")
    return {id_: tuple(said) for id_, said in found.items()}


@dataclass(frozen=True, slots=True)
class _Line:
    """A trunk with its numbers as LiveKit compares them, and the rules that name it."""

    trunk: TrunkTerms
    numbers: Numbers
    allowed: Numbers
    rules: Sequence[RuleTerms]


def _normal(numbers: Texts) -> Numbers:
    return frozenset(map(normal_number, numbers))


def _line(trunk: TrunkTerms, rules_of: Mapping[str, Sequence[RuleTerms]]) -> _Line:
    numbers, allowed = _normal(trunk.numbers), _normal(trunk.allowed_numbers)
    return _Line(trunk, numbers, allowed, rules_of.get(trunk.id, ()))


def open_to_strangers(rule: RuleTerms) -> bool:
    """Whether anybody gets in who reaches the SIP port: no trunk, no number, and no PIN."""
    return not (rule.trunks or rule.callers or rule.called or rule.pin)


def _of_one(rule: RuleTerms, trunks: Mapping[str, _Line]) -> Iterable[RuleWarning]:
    """Say what is wrong with a rule whatever the others are."""
    if open_to_strangers(rule):
        yield RuleWarning(
            "open",
            "It lets any stranger in: it names no trunk and no number, and asks for no PIN. "
            "Whoever reaches the port of the SIP worker comes into the room.",
        )
    elif not rule.trunks and not rule.pin:
        yield RuleWarning(
            "claimed",
            "It names no trunk and asks for no PIN: whoever reaches the port of the SIP worker "
            "gets in by claiming one of its numbers.",
        )
    if _crashes(rule, trunks):
        yield RuleWarning(
            "hides",
            "It hides the caller's number: a call that has none makes livekit-server 1.13.5 crash. "
            "Name callers here or in its trunks, or have the provider turn such calls away.",
        )
    if rule.kind == RuleKind.DIRECT and not rule.room:
        yield RuleWarning("roomless", "It names no room: the caller is let in, and cannot join.")
    if set(rule.pin) - DIGITS:
        yield RuleWarning("pin", "Its PIN has something in it that no telephone can send.")
    gone = tuple(id_ for id_ in rule.trunks if id_ not in trunks)
    if gone and len(gone) == len(rule.trunks):
        yield RuleWarning("never", f"It never takes a call: {_are_gone(gone)}.")
    elif gone:
        yield RuleWarning("gone", f"{_are_gone(gone)}.")
    elif rule.trunks:
        yield from _beside_its_trunks(rule, [trunks[id_] for id_ in rule.trunks])
    odd = [number for number in rule.callers + rule.called if normal_number(number) != number]
    if odd:
        yield RuleWarning(
            "spelling",
            f"LiveKit compares a rule's numbers as they are written: {few(odd)} is right only for "
            "a call whose SIP headers have it so. Most providers send + and digits.",
        )


def _crashes(rule: RuleTerms, trunks: Mapping[str, _Line]) -> bool:
    """Whether a call without a number can come to a rule that hides numbers."""
    if not rule.hide_number or (rule.callers and "" not in rule.callers):
        return False
    named = [trunks[id_].trunk for id_ in rule.trunks if id_ in trunks]
    allowed = [trunk.allowed_numbers for trunk in named]
    return not rule.trunks or any(not numbers or "" in numbers for numbers in allowed)


def _are_gone(ids: Texts) -> str:
    return f"There is no inbound trunk {few(ids)} any more"


def _beside_its_trunks(rule: RuleTerms, trunks: Sequence[_Line]) -> Iterable[RuleWarning]:
    """Say of a rule's numbers where none of its trunks takes calls with any of them."""
    called, callers = _normal(rule.called), _normal(rule.callers)
    right = [line for line in trunks if _meet(called, line.numbers)]
    if not right:
        yield RuleWarning(
            "never", "It never takes a call: none of its trunks has a number it names."
        )
    elif not any(_meet(callers, line.allowed) for line in right):
        yield RuleWarning(
            "never", "It never takes a call: none of its trunks allows a caller that it names."
        )


def _meet(named: Numbers, taken: Numbers) -> bool:
    """Whether a call can be right for a rule's list and a trunk's; an empty one takes anything."""
    return not named or not taken or not named.isdisjoint(taken)


def _overruled(rule: RuleTerms, trunks: Iterable[_Line]) -> Iterable[RuleWarning]:
    """Say of a rule for every trunk where rules for single trunks take all of its calls."""
    if rule.trunks or rule.kind not in PRIORITIES:
        return
    called, callers = _normal(rule.called), _normal(rule.callers)
    reached = [
        line for line in trunks if _meet(called, line.numbers) and _meet(callers, line.allowed)
    ]
    whole = [line for line in reached if _takes_all(line, callers)]
    if not all(any(_has(line, number) for line in whole) for number in called or {""}):
        return  # a call may come by no trunk, and then it is this rule's
    before = [_before(rule, line.rules) for line in reached]
    if all(before):
        labels = tuple(dict.fromkeys(other.label for other in before if other))
        text = f"It never takes a call: for every trunk {few(labels)} goes first."
        yield RuleWarning("never", text)


def _takes_all(line: _Line, callers: Numbers) -> bool:
    """Whether no call from these callers passes the trunk by, for one of its numbers."""
    from_all = not line.allowed or (bool(callers) and callers <= line.allowed)
    return from_all and not valid(line.trunk.allowed_addresses)


def _has(line: _Line, number: str) -> bool:
    return not line.numbers or (bool(number) and number in line.numbers)


def _before(rule: RuleTerms, others: Iterable[RuleTerms]) -> RuleTerms | None:
    """Give one of the rules for a trunk that is right for every call that `rule` is right for."""
    for other in others:
        covers = _covers(other.callers, rule.callers) and _covers(other.called, rule.called)
        if covers and other.pin == rule.pin:
            return other
    return None


def _covers(wide: Texts, narrow: Texts) -> bool:
    return not wide or (bool(narrow) and set(narrow) <= set(wide))
