"""The terms on which LiveKit accepts a call: what trunks and dispatch rules require of it.

The rules are those of livekit-server (protocol, sip/sip.go).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.services.sip.states import RuleKind
from app.text.formatters import isolated
from app.text.phones import normal_number

Texts = tuple[str, ...]
# Lower goes first (DispatchRulePriority); a rule of a kind that the server does not know goes last.
PRIORITIES = {RuleKind.DIRECT: 0, RuleKind.INDIVIDUAL: 1, RuleKind.CALLEE: 2}
OPEN = 100  # added where no PIN is asked for
UNNAMED = 1000  # added where no callers are named, and again where no called numbers are
LAST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class TrunkTerms:
    """What an inbound trunk takes; an empty list stands for anything.

    `password` is whether the caller is asked for user name and password.
    """

    id: str
    name: str = ""
    numbers: Texts = ()
    allowed_numbers: Texts = ()
    allowed_addresses: Texts = ()
    password: bool = False

    @property
    def label(self) -> str:
        """The name to show: its own, or the id where it has none."""
        return self.name or self.id

    @property
    def told(self) -> str:
        """The name as part of a sentence."""
        return isolated(self.label)


@dataclass(frozen=True, slots=True)
class RuleTerms:
    """What a dispatch rule takes, and where it leads; an empty list stands for anything.

    `callers` are LiveKit's inbound_numbers, `called` its numbers. `room` is the room of a direct
    rule, the prefix of the others. `random` is whether something random is put behind it.
    """

    id: str
    name: str = ""
    kind: RuleKind = RuleKind.DIRECT
    room: str = ""
    pin: str = field(default="", repr=False)
    random: bool = False
    hide_number: bool = False
    trunks: Texts = ()
    callers: Texts = ()
    called: Texts = ()

    @property
    def label(self) -> str:
        """The name to show: its own, or the id where it has none."""
        return self.name or self.id or "this rule"

    @property
    def told(self) -> str:
        """The name as part of a sentence."""
        return isolated(self.label)


@dataclass(frozen=True, slots=True)
class Call:
    """An incoming call: who calls which number, from which IP address and host.

    An empty `source` stands for an address that is not known, which every trunk takes. `pin` is
    what the caller typed; `no_pin`: the caller was asked for one, and typed none.
    """

    caller: str = ""
    called: str = ""
    source: str = ""
    host: str = ""
    pin: str = field(default="", repr=False)
    no_pin: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Return whether a trunk or a rule takes a call, and why, or why not.

    `fault`: LiveKit gives up because of it.
    """

    id: str
    label: str
    won: bool
    reason: str
    fault: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """One combination that LiveKit gives to one rule alone; an empty text stands for anything."""

    trunk: str
    caller: str
    called: str
    pin: str = field(repr=False)


def priority(rule: RuleTerms) -> int:
    """Return the rule's priority as LiveKit counts it; the lowest goes first."""
    if rule.kind not in PRIORITIES:
        return LAST
    unnamed = (not rule.callers) + (not rule.called)
    return PRIORITIES[rule.kind] + (0 if rule.pin else OPEN) + UNNAMED * unnamed


def rank(rule: RuleTerms) -> tuple[bool, int, str, str]:
    """Return what rules are ordered by: those for a trunk first, then priority, room and id."""
    return not rule.trunks, priority(rule), rule.room, rule.id


def why_first(first: RuleTerms, other: RuleTerms) -> str:
    """Say why `first` goes before `other`, both being right for a call."""
    if bool(first.trunks) != bool(other.trunks):
        return "a rule for the trunk goes before one for all trunks"
    if _named(first) != _named(other):
        return "it lists callers or called numbers, or both, and the other rule fewer of these"
    if bool(first.pin) != bool(other.pin):
        return "a rule with a PIN goes before one without"
    if first.kind != other.kind:
        return "direct goes before individual, and individual before callee"
    if first.room != other.room:
        return "its room or prefix comes first in the alphabet"
    return "everything else is equal, and its id comes first"


def _named(rule: RuleTerms) -> int:
    return bool(rule.callers) + bool(rule.called)


def keys(rule: RuleTerms) -> Iterator[Key]:
    """Return every combination that the rule takes for itself; one twice where a list repeats."""
    called = [normal_number(number) for number in rule.called or ("",)]
    callers = [normal_number(number) for number in rule.callers or ("",)]
    for trunk in rule.trunks or ("",):
        for caller in callers:
            for number in called:
                yield Key(trunk, caller, number, rule.pin)


def collisions(rules: Iterable[RuleTerms]) -> Iterator[tuple[RuleTerms, RuleTerms, Key]]:
    """Return each rule that takes a combination which another one before it has, with that one.

    It is the rule itself where it has one combination twice; each pair once. LiveKit refuses to
    save such a rule, and to let in any call that both are looked at for.
    """
    owners: dict[Key, RuleTerms] = {}
    for rule in rules:
        own: set[Key] = set()
        told: list[RuleTerms] = []
        for key in keys(rule):
            owner = rule if key in own else owners.setdefault(key, rule)
            if (owner is not rule or key in own) and owner not in told:
                told.append(owner)
                yield rule, owner, key
            own.add(key)
