"""What an import of definitions would do, with the same checks and warnings as the forms.

Definitions are planned in the order in which they are carried out, each against what is stored by
then: LiveKit refuses a trunk or a rule that is in the way of another one at that moment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from livekit.api import SIPDispatchRuleInfo, SIPInboundTrunkInfo

from app.errors import Invalid
from app.services.livekit.differences import Difference, differences
from app.services.livekit.differences import whole as bytes_of
from app.services.sip.definitions.file import (
    MESSAGES,
    Definition,
    Kind,
    Plain,
    id_field,
    id_of,
    named,
    whole,
)
from app.services.sip.rules.checks import check_rule, check_same_calls
from app.services.sip.rules.rules import terms, trunk_terms
from app.services.sip.rules.warnings import RuleWarning, warnings
from app.services.sip.trunks.checks import conflict, trunk_problems
from app.text.formatters import isolated
from app.text.phones import plain_number

Stored = dict[Kind, list[Definition]]
Action = Literal["added", "changed", "unchanged", "invalid"]
OLD_KIND = "This is a legacy trunk for both directions, which cannot be replaced."
TWICE = "The file contains it twice."
NUMBERS = ("numbers", "allowed_numbers", "inbound_numbers")


@dataclass(frozen=True, slots=True)
class Item:
    """What an import would do with one definition of the file; `id` is that of the stored one.

    `file_id` is the id in the file, by which its rules name it. `waits_for` are the trunks that a
    rule names by their ids in the file, because they have none here yet.
    """

    kind: Kind
    label: str
    action: Action
    id: str = ""
    file_id: str = ""
    reason: str = ""
    differences: tuple[Difference, ...] = ()
    warnings: tuple[RuleWarning, ...] = ()
    waits_for: frozenset[str] = frozenset()
    old: bytes = field(default=b"", repr=False)
    new: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do, in the order of the file; `others` are stored and not in it.

    `names` has the names of all trunks, stored or in the file, by their IDs.
    """

    items: tuple[Item, ...]
    others: int
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def does(self) -> int:
        """How many definitions would be added or changed."""
        return sum(item.action in {"added", "changed"} for item in self.items)

    @property
    def grave(self) -> int:
        """How many rules would have a critical warning."""
        return sum(any(w.tone == "bad" for w in item.warnings) for item in self.items)

    @property
    def counts(self) -> dict[Action, int]:
        """How many items there are of each action, without the actions of no item."""
        actions: list[Action] = [item.action for item in self.items]
        return {action: actions.count(action) for action in dict.fromkeys(sorted(actions))}


class Planner:
    """An import while it is planned: what is stored by then, and the items so far."""

    def __init__(self, stored: Stored) -> None:
        self._stored = {kind: [*infos] for kind, infos in stored.items()}
        inbound, outbound = ({id_of(i) for i in stored[k]} for k in (Kind.INBOUND, Kind.OUTBOUND))
        self._legacy = inbound & outbound
        self._before = stored
        self._items: list[Item] = []
        self._places: list[str] = []

    def add(self, kind: Kind, given: Any) -> None:
        """Plan one definition as the file has it."""
        item = Item(kind, "?", "invalid")
        try:
            given = named(kind, given)
            file_id = given.get(id_field(kind), "")
            item = replace(item, label=given.get("name") or file_id or "unnamed", file_id=file_id)
            before = _match(given, file_id, self._before[kind])
            item = replace(item, id=id_of(before) if before is not None else "")
            self._check_item(item)
            item, given = self._with_trunks(item, given)
            message = whole(kind, _plain_numbers(given, before), before)
            item = self._compared(item, message, before)
        except Invalid as error:
            reason = " ".join(error.fields.values()) or error.reason
            item = replace(item, reason=reason)
        except ValueError as error:
            item = replace(item, reason=str(error))
        self._places.append(self._place(item))
        self._items.append(item)

    def plan(self) -> Plan:
        """Return what was planned, with what is to be known of the rules as they will be."""
        known = warnings([*map(terms, self._rules())], [*map(trunk_terms, self._inbound())])
        seen = {(item.kind, item.id) for item in self._items}
        others = sum((kind, id_of(i)) not in seen for kind in Kind for i in self._before[kind])
        items = (
            (
                replace(item, warnings=known.get(place, ()))
                if item.kind is Kind.RULE and item.action in {"added", "changed"}
                else item
            )
            for item, place in zip(self._items, self._places, strict=True)
        )
        return Plan(tuple(items), others, self._trunk_names())

    def _trunk_names(self) -> dict[str, str]:
        in_file = {i.file_id: i.label for i in self._items if i.kind is not Kind.RULE and i.file_id}
        stored = [info for kind in (Kind.INBOUND, Kind.OUTBOUND) for info in self._before[kind]]
        return in_file | {id_of(info): info.name for info in stored if info.name}

    def _check_item(self, item: Item) -> None:
        if item.id and item.id in self._legacy:
            raise ValueError(OLD_KIND)
        if item.id and any((i.kind, i.id) == (item.kind, item.id) for i in self._items):
            raise ValueError(TWICE)

    def _with_trunks(self, item: Item, given: Plain) -> tuple[Item, Plain]:
        """Replace the ids of the trunks that a rule names in the file by those they have here."""
        if item.kind is not Kind.RULE:
            return item, given
        above = {trunk.file_id: trunk for trunk in reversed(self._items) if trunk.file_id}
        ids: list[str] = []
        waits_for: set[str] = set()
        for trunk_id in given.get("trunk_ids") or []:
            trunk = above.get(trunk_id)
            if trunk is not None and trunk.action == "invalid" and not trunk.id:
                raise ValueError(f"Its trunk {trunk.label} cannot be imported.")
            if trunk is not None and not trunk.id:
                waits_for.add(trunk_id)
            ids.append((trunk and trunk.id) or trunk_id)
        named_here = {"trunk_ids": ids} if ids else {}
        return replace(item, waits_for=frozenset(waits_for)), given | named_here

    def _compared(self, item: Item, message: Definition, before: Definition | None) -> Item:
        """Compare with what is stored, and check what would be saved as the forms do."""
        old, new = b"" if before is None else bytes_of(before), bytes_of(message)
        if before is not None and old == new:
            return replace(item, action="unchanged", old=old, new=new)
        empty = MESSAGES[item.kind]()
        place = self._place(item)
        later = MESSAGES[item.kind].FromString(new)
        setattr(later, id_field(item.kind), place)
        self._check(later, before)
        others = [info for info in self._stored[item.kind] if id_of(info) != place]
        self._stored[item.kind] = [*others, later]
        changes = differences(empty if before is None else before, message)
        action: Action = "added" if before is None else "changed"
        return replace(item, action=action, differences=changes, old=old, new=new)

    def _check(self, new: Definition, before: Definition | None) -> None:
        if isinstance(new, SIPDispatchRuleInfo):
            stored = before if isinstance(before, SIPDispatchRuleInfo) else SIPDispatchRuleInfo()
            check_rule(new, stored, {trunk.sip_trunk_id for trunk in self._inbound()})
            rules = [terms(rule) for rule in self._rules()]
            check_same_calls(terms(new), [r for r in rules if r.id != new.sip_dispatch_rule_id])
            return
        old = None if isinstance(before, SIPDispatchRuleInfo) else before
        problems = dict(trunk_problems(new, old))
        if problems:
            raise Invalid(fields={name: f"{name}: {why}" for name, why in problems.items()})
        other = conflict(new, self._inbound())
        if other is not None:
            raise ValueError(
                f"The trunk {isolated(other.name or other.sip_trunk_id)} accepts the same calls. "
                "LiveKit refuses that."
            )

    def _place(self, item: Item) -> str:
        """Return what tells a definition from all others: its id here, or what it is known by."""
        if item.id:
            return item.id
        taken = item.file_id in self._places or not item.file_id
        return f"#{len(self._items)}" if taken else item.file_id

    def _rules(self) -> list[SIPDispatchRuleInfo]:
        return [i for i in self._stored[Kind.RULE] if isinstance(i, SIPDispatchRuleInfo)]

    def _inbound(self) -> list[SIPInboundTrunkInfo]:
        return [i for i in self._stored[Kind.INBOUND] if isinstance(i, SIPInboundTrunkInfo)]


def _plain_numbers(given: Plain, before: Definition | None) -> Plain:
    """Clean new phone numbers as the forms do; a stored one stays as it is."""
    cleaned: Plain = {}
    for name in NUMBERS:
        stored = getattr(before, name, ())
        cleaned[name] = [n if n in stored else plain_number(n) for n in given.get(name) or ()]
    return given | {name: numbers for name, numbers in cleaned.items() if numbers}


def _match(given: Plain, file_id: str, stored: Sequence[Definition]) -> Definition | None:
    """Return the stored definition with the same id, else the one with the same name."""
    same = [info for info in stored if file_id and id_of(info) == file_id]
    name = given.get("name")
    same = same or [info for info in stored if name and info.name == name]
    if len(same) > 1:
        raise ValueError("More than one stored definition has this name, and none has its id.")
    return same[0] if same else None
