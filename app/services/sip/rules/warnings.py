"""Warnings about dispatch rules: who can join unasked, what collides, what never matches.

Pure functions over all rules and inbound trunks; nothing here calls LiveKit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.services.livekit.versions import CHECKED_AGAINST
from app.services.sip.routing.routing import collision
from app.services.sip.routing.terms import PRIORITIES, RuleTerms, Texts, TrunkTerms, collisions
from app.services.sip.routing.trunk_match import few, valid
from app.services.sip.states import RuleKind
from app.text.phones import normal_number

Numbers = frozenset[str]
Fault = Literal[
    "open",
    "claimed",
    "collides",
    "never",
    "own number",
    "gone",
    "spelling",
    "roomless",
    "hides",
    "pin",
]
LABELS: dict[Fault, str] = {
    "open": "open to strangers",
    "claimed": "open by number",
    "collides": "collides",
    "never": "never matches",
    "own number": "caller is own number",
    "gone": "trunk deleted",
    "spelling": "spelling",
    "roomless": "no room",
    "hides": "can crash LiveKit",
    "pin": "PIN can't be typed",
}
# What a caller can type; # ends the PIN.
DIGITS = frozenset("0123456789*ABCD")


@dataclass(frozen=True, slots=True)
class RuleWarning:
    """One warning about a rule; `other` is the id of another rule that it involves."""

    fault: Fault
    text: str
    other: str = ""

    @property
    def label(self) -> str:
        """The warning in a word or two."""
        return LABELS[self.fault]

    @property
    def tone(self) -> str:
        """The tone of its badge: `bad` if it is critical."""
        return "bad" if self.fault in {"open", "collides", "roomless", "hides"} else "warn"


def warnings(
    rules: Sequence[RuleTerms], trunks: Sequence[TrunkTerms]
) -> dict[str, tuple[RuleWarning, ...]]:
    """Return the warnings about each rule by its id, critical ones first."""
    found: dict[str, list[RuleWarning]] = {rule.id: [] for rule in rules}
    for rule, other, key in collisions(sorted(rules, key=lambda rule: rule.id)):
        where = "calls on this trunk or on no trunk" if key.trunk else "calls"
        text = f"{collision(rule, other, key)} LiveKit rejects all {where} until one is changed."
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
    return {rule_id: tuple(listed) for rule_id, listed in found.items()}


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
    """Return True if anyone who reaches the SIP port can join: no trunk, no number, no PIN."""
    return not (rule.trunks or rule.callers or rule.called or rule.pin)


def _of_one(rule: RuleTerms, trunks: Mapping[str, _Line]) -> Iterable[RuleWarning]:
    """Return the warnings that do not depend on other rules."""
    if open_to_strangers(rule):
        yield RuleWarning(
            "open",
            "Anyone can join: the rule has no trunk, no number and no PIN. Every caller who "
            "reaches the SIP worker's port joins the room.",
        )
    elif not rule.trunks and not rule.pin:
        yield RuleWarning(
            "claimed",
            "The rule has no trunk and no PIN: a caller who reaches the SIP worker's port can join "
            "by claiming one of its numbers.",
        )
    if _crashes(rule, trunks):
        yield RuleWarning(
            "hides",
            "The rule hides the caller's number, and a call without a number crashes "
            f"livekit-server {CHECKED_AGAINST}. Limit the callers here or in its trunks, or have "
            "the provider reject anonymous calls.",
        )
    if rule.kind == RuleKind.DIRECT and not rule.room:
        yield RuleWarning(
            "roomless", "The rule has no room: callers are accepted, but cannot join."
        )
    if set(rule.pin) - DIGITS:
        yield RuleWarning("pin", "The PIN contains characters that no phone can send.")
    gone = tuple(id_ for id_ in rule.trunks if id_ not in trunks)
    if gone and len(gone) == len(rule.trunks):
        yield RuleWarning("never", f"The rule never matches: {_are_gone(gone)}.")
    elif gone:
        text = _are_gone(gone)
        yield RuleWarning("gone", f"{text[:1].upper()}{text[1:]}.")
    elif rule.trunks:
        yield from _beside_its_trunks(rule, [trunks[id_] for id_ in rule.trunks])
    odd = [number for number in rule.callers + rule.called if normal_number(number) != number]
    if odd:
        yield RuleWarning(
            "spelling",
            f"LiveKit compares a rule's numbers exactly as written: {few(odd)} matches only calls "
            "whose SIP headers have it in this form. Most providers send + and digits.",
        )


def _crashes(rule: RuleTerms, trunks: Mapping[str, _Line]) -> bool:
    """Return True if a call without a number can match a rule that hides numbers."""
    if not rule.hide_number or (rule.callers and "" not in rule.callers):
        return False
    named = [trunks[id_].trunk for id_ in rule.trunks if id_ in trunks]
    allowed = [trunk.allowed_numbers for trunk in named]
    return not rule.trunks or any(not numbers or "" in numbers for numbers in allowed)


def _are_gone(ids: Texts) -> str:
    return f"the inbound trunk {few(ids)} no longer exists"


def _beside_its_trunks(rule: RuleTerms, trunks: Sequence[_Line]) -> Iterable[RuleWarning]:
    """Compare a rule's numbers with what its trunks accept."""
    called, callers = _normal(rule.called), _normal(rule.callers)
    own = {number for line in trunks for number in line.numbers}
    if callers and callers <= own:
        yield RuleWarning(
            "own number",
            f"Its callers are numbers of its own trunks: {few(rule.callers)}. Callers "
            "(inbound_numbers) are the numbers that call; enter called numbers (numbers) instead.",
        )
    right = [line for line in trunks if _meet(called, line.numbers)]
    if not right:
        yield RuleWarning(
            "never", "The rule never matches: none of its trunks has a number that it lists."
        )
    elif not any(_meet(callers, line.allowed) for line in right):
        yield RuleWarning(
            "never", "The rule never matches: none of its trunks allows a caller that it lists."
        )


def _meet(named: Numbers, taken: Numbers) -> bool:
    """Return True if a call can match a rule's list and a trunk's; an empty one matches all."""
    return not named or not taken or not named.isdisjoint(taken)


def _overruled(rule: RuleTerms, trunks: Iterable[_Line]) -> Iterable[RuleWarning]:
    """Find a rule for all trunks whose calls all go to rules for single trunks."""
    if rule.trunks or rule.kind not in PRIORITIES:
        return
    called, callers = _normal(rule.called), _normal(rule.callers)
    reached = [
        line for line in trunks if _meet(called, line.numbers) and _meet(callers, line.allowed)
    ]
    whole = [line for line in reached if _takes_all(line, callers)]
    if not all(any(_has(line, number) for line in whole) for number in called or {""}):
        return  # a call can come on no trunk, and then this rule matches
    before = [_before(rule, line.rules) for line in reached]
    if all(before):
        labels = tuple(dict.fromkeys(other.label for other in before if other))
        text = f"The rule never matches: on every trunk, {few(labels)} has priority."
        yield RuleWarning("never", text)


def _takes_all(line: _Line, callers: Numbers) -> bool:
    """Return True if the trunk accepts every call from these callers to one of its numbers."""
    from_all = not line.allowed or (bool(callers) and callers <= line.allowed)
    return from_all and not valid(line.trunk.allowed_addresses)


def _has(line: _Line, number: str) -> bool:
    return not line.numbers or (bool(number) and number in line.numbers)


def _before(rule: RuleTerms, others: Iterable[RuleTerms]) -> RuleTerms | None:
    """Return a rule for a trunk that matches every call that `rule` matches, if any."""
    for other in others:
        covers = _covers(other.callers, rule.callers) and _covers(other.called, rule.called)
        if covers and other.pin == rule.pin:
            return other
    return None


def _covers(wide: Texts, narrow: Texts) -> bool:
    return not wide or (bool(narrow) and set(narrow) <= set(wide))
