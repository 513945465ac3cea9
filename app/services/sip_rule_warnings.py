"""What is wrong with a set of dispatch rules: who gets in unasked, what collides, what never wins.

Pure functions over all rules and inbound trunks; nothing here asks LiveKit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.formatters import normal_number
from app.services.sip_routing import collision
from app.services.sip_terms import KINDS, RuleTerms, Texts, TrunkTerms, collisions
from app.services.sip_trunk_match import among, few, valid
from app.services.statuses import RuleKind

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
    by_id = {trunk.id: trunk for trunk in trunks}
    for rule in rules:
        found[rule.id] += _of_one(rule, by_id)
        found[rule.id] += _overruled(rule, rules, trunks)
        found[rule.id].sort(key=lambda warning: warning.tone != "bad")
    return {id_: tuple(said) for id_, said in found.items()}


def open_to_strangers(rule: RuleTerms) -> bool:
    """Whether anybody gets in who reaches the SIP port: no trunk, no number, and no PIN."""
    return not (rule.trunks or rule.callers or rule.called or rule.pin)


def _of_one(rule: RuleTerms, trunks: Mapping[str, TrunkTerms]) -> Iterable[RuleWarning]:
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


def _crashes(rule: RuleTerms, trunks: Mapping[str, TrunkTerms]) -> bool:
    """Whether a call without a number can come to a rule that hides numbers."""
    if not rule.hide_number or (rule.callers and "" not in rule.callers):
        return False
    named = [trunks[id_] for id_ in rule.trunks if id_ in trunks]
    allowed = [trunk.allowed_numbers for trunk in named]
    return not rule.trunks or any(not numbers or "" in numbers for numbers in allowed)


def _are_gone(ids: Texts) -> str:
    return f"There is no inbound trunk {few(ids)} any more"


def _beside_its_trunks(rule: RuleTerms, trunks: Sequence[TrunkTerms]) -> Iterable[RuleWarning]:
    """Say of a rule's numbers where none of its trunks takes calls with any of them."""
    if not any(_meet(rule.called, trunk.numbers) for trunk in trunks):
        yield RuleWarning(
            "never", "It never takes a call: none of its trunks has a number it names."
        )
    elif not any(_may_take(trunk, rule) for trunk in trunks):
        yield RuleWarning(
            "never", "It never takes a call: none of its trunks allows a caller that it names."
        )


def _meet(named: Texts, taken: Texts) -> bool:
    """Whether a call can be right for a rule's list and a trunk's; an empty one takes anything."""
    return not named or not taken or any(among(number, taken) for number in named)


def _overruled(
    rule: RuleTerms, rules: Sequence[RuleTerms], trunks: Sequence[TrunkTerms]
) -> Iterable[RuleWarning]:
    """Say of a rule for every trunk where rules for single trunks take all of its calls."""
    if rule.trunks or rule.kind not in KINDS:
        return
    reached = [trunk for trunk in trunks if _may_take(trunk, rule)]
    if not all(any(_takes_all(t, n, rule) for t in reached) for n in rule.called or ("",)):
        return  # a call may come by no trunk, and then it is this rule's
    before = [_before(rule, trunk, rules) for trunk in reached]
    if all(before):
        labels = tuple(dict.fromkeys(other.label for other in before if other))
        text = f"It never takes a call: for every trunk {few(labels)} goes first."
        yield RuleWarning("never", text)


def _may_take(trunk: TrunkTerms, rule: RuleTerms) -> bool:
    return _meet(rule.called, trunk.numbers) and _meet(rule.callers, trunk.allowed_numbers)


def _takes_all(trunk: TrunkTerms, number: str, rule: RuleTerms) -> bool:
    """Whether no call to a number that is right for the rule passes the trunk by."""
    allowed = trunk.allowed_numbers
    return (
        (not trunk.numbers or (bool(number) and among(number, trunk.numbers)))
        and (not allowed or (bool(rule.callers) and all(among(c, allowed) for c in rule.callers)))
        and not valid(trunk.allowed_addresses)
    )


def _before(rule: RuleTerms, trunk: TrunkTerms, rules: Sequence[RuleTerms]) -> RuleTerms | None:
    """Give a rule for the trunk that is right for every call that `rule` is right for."""
    for other in rules:
        covers = _covers(other.callers, rule.callers) and _covers(other.called, rule.called)
        if trunk.id in other.trunks and covers and other.pin == rule.pin:
            return other
    return None


def _covers(wide: Texts, narrow: Texts) -> bool:
    return not wide or (bool(narrow) and set(narrow) <= set(wide))
