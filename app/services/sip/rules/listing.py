"""The list of dispatch rules: which ones, in which order, a page of them, and all as plain rows.

What is to be said of one rule depends on all others and on the trunks: two calls, one for each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from livekit.api import SIPDispatchRuleInfo

from app.services import lists
from app.services.lists import Ask, Columns, Listing, Table, Tabs, contain
from app.services.livekit.client import LiveKit
from app.services.sip.routing.terms import RuleTerms, TrunkTerms, rank
from app.services.sip.rules import rules as dispatch_rules
from app.services.sip.rules.rules import Rule, everything, found, record
from app.services.sip.rules.warnings import RuleWarning, warnings
from app.services.sip.states import RuleKind
from app.services.terms import in_metadata, terms
from app.text.phones import any_like

Faults = Literal["", "any", "bad"]


@dataclass(frozen=True, slots=True)
class TrunkName:
    """A trunk that a rule names; not `there` where no inbound trunk has this id any more."""

    id: str
    label: str
    there: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """A rule as the list and its own page show it: with its trunks, and what is to be known.

    `place` is its place in the order in which LiveKit tries the rules, from 1.
    """

    rule: Rule
    place: int
    trunks: tuple[TrunkName, ...]
    warnings: tuple[RuleWarning, ...]


@dataclass(frozen=True, slots=True)
class Loss:
    """A trunk whose calls a rule takes, and how many other rules take some of its calls too."""

    trunk: TrunkName
    others: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """A rule before it is made into a line."""

    info: SIPDispatchRuleInfo
    terms: RuleTerms
    place: int
    trunks: tuple[TrunkName, ...]
    warnings: tuple[RuleWarning, ...]


COLUMNS: Columns[_Entry] = Columns(
    {
        "name": lambda entry: f"{entry.terms.label.casefold()}\0{entry.terms.id}",
        "kind": lambda entry: entry.terms.kind,
        "room": lambda entry: entry.terms.room,
        "order": lambda entry: entry.place,
    },
    default="name",
    ties="name",
)


@dataclass(frozen=True, slots=True)
class Wanted(lists.Wanted[_Entry]):
    """Which rules a list shows; empty: all. `faults` asks for those with warnings."""

    kind: Literal[""] | RuleKind = ""
    faults: Faults = ""

    def matches(self, entry: _Entry, q: str) -> bool:
        """Return whether the rule is one of them, and `q` in a name, id, room or number of it.

        Trunks are found by name too, and a number however it is written.
        """
        rule = entry.terms
        tones = {warning.tone for warning in entry.warnings}
        if self.kind not in {"", rule.kind} or (self.faults == "bad" and "bad" not in tones):
            return False
        if self.faults and not tones:
            return False
        numbers = rule.called + rule.callers
        trunks = (text for trunk in entry.trunks for text in (trunk.id, trunk.label))
        texts = (rule.name, rule.id, rule.room, *trunks, *numbers)
        text, metadata = terms(q)
        named = contain(texts, text) or any_like(numbers, text)
        return named and in_metadata(entry.info.metadata, metadata)


@dataclass(frozen=True, slots=True)
class Row:
    """A rule as one line of an export; `definition` is all of it as JSON, without its secrets."""

    id: str
    name: str
    kind: str
    room: str
    random: bool
    has_pin: bool
    hide_number: bool
    trunks: tuple[str, ...]
    called: tuple[str, ...]
    callers: tuple[str, ...]
    agents: tuple[str, ...]
    room_preset: str
    metadata: str
    attributes: tuple[str, ...]
    encryption: str
    warnings: tuple[str, ...]
    created: datetime | None
    updated: datetime | None
    definition: str


async def one(livekit: LiveKit, rule_id: str) -> Line:
    """Return one rule with what is to be known of it. Raises NotFound."""
    entries, _ = await _entries(livekit)
    return _line(_found(entries, rule_id))


async def with_losses(livekit: LiveKit, rule_id: str) -> tuple[Line, tuple[Loss, ...]]:
    """Return a rule that is to be deleted, and the trunks whose calls it takes. Raises NotFound."""
    entries, trunks = await _entries(livekit)
    gone = _found(entries, rule_id)
    others = [entry.terms for entry in entries if entry is not gone]
    losses = [
        Loss(
            TrunkName(trunk.id, trunk.label),
            sum(trunk.id in (r.trunks or {trunk.id}) for r in others),
        )
        for trunk in trunks
        if trunk.id in (gone.terms.trunks or {trunk.id})
    ]
    losses.sort(key=lambda loss: (loss.others > 0, loss.trunk.label, loss.trunk.id))
    return _line(gone), tuple(losses)


def _found(entries: Sequence[_Entry], rule_id: str) -> _Entry:
    info = found([entry.info for entry in entries], rule_id)
    return next(entry for entry in entries if entry.info is info)


async def _entries(livekit: LiveKit) -> tuple[list[_Entry], Sequence[TrunkTerms]]:
    infos, trunks = await everything(livekit)
    rules = [dispatch_rules.terms(info) for info in infos]
    warned = warnings(rules, trunks)
    places = {rule.id: place for place, rule in enumerate(sorted(rules, key=rank), 1)}
    labels = {trunk.id: trunk.label for trunk in trunks}
    entries = [
        _Entry(info, rule, places[rule.id], _trunks(rule, labels), warned[rule.id])
        for info, rule in zip(infos, rules, strict=True)
    ]
    return entries, trunks


def _trunks(rule: RuleTerms, labels: Mapping[str, str]) -> tuple[TrunkName, ...]:
    return tuple(TrunkName(id_, labels.get(id_, id_), id_ in labels) for id_ in rule.trunks)


def _line(entry: _Entry) -> Line:
    return Line(record(entry.info), entry.place, entry.trunks, entry.warnings)


def _row(entry: _Entry) -> Row:
    rule = record(entry.info)
    agents = rule.room_config.agents if rule.room_config else ()
    return Row(
        id=rule.id,
        name=rule.name,
        kind=rule.kind,
        room=rule.room,
        random=rule.random,
        has_pin=rule.pinned,
        hide_number=rule.hide_number,
        trunks=rule.trunks,
        called=rule.called,
        callers=rule.callers,
        agents=tuple(agent.name for agent in agents),
        room_preset=rule.room_preset,
        metadata=rule.metadata,
        attributes=tuple(f"{name}={text}" for name, text in rule.attributes),
        encryption=rule.encryption or "",
        warnings=tuple(warning.fault for warning in entry.warnings),
        created=rule.created,
        updated=rule.updated,
        definition=rule.json,
    )


def _counts(entries: Sequence[_Entry]) -> Mapping[str, int]:
    tones = [{warning.tone for warning in entry.warnings} for entry in entries]
    return {"any": sum(map(bool, tones)), "bad": sum("bad" in each for each in tones)}


LISTING = Listing(COLUMNS, _line, Tabs("faults", _counts))


async def table(livekit: LiveKit, ask: Ask, wanted: Wanted) -> Table[Line]:
    """Return one page of the matching rules."""
    entries, _ = await _entries(livekit)
    return LISTING.table(entries, ask, wanted)


async def rows(livekit: LiveKit, ask: Ask, wanted: Wanted) -> list[Row]:
    """Return all matching rules, in the requested order: for an export."""
    entries, _ = await _entries(livekit)
    return [_row(entry) for entry in LISTING.matching(entries, ask, wanted)]
