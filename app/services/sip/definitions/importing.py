"""Export and import of all trunks and dispatch rules: what an import would do, and its results."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal

from livekit.api import (
    CreateSIPDispatchRuleRequest,
    SIPDispatchRuleInfo,
)

from app.errors import LiveKitError
from app.services.livekit.client import LiveKit
from app.services.livekit.differences import Difference, differences
from app.services.livekit.differences import whole as bytes_of
from app.services.livekit.errors import came_to
from app.services.livekit.steps import Steps
from app.services.sip.definitions.file import (
    MESSAGES,
    Definition,
    Kind,
    Plain,
    id_field,
    id_of,
    named,
    read,
    whole,
    written,
)
from app.services.sip.rules import rules as rules_rules
from app.services.sip.states import TrunkKind
from app.services.sip.trunks import control as trunks_control
from app.services.sip.trunks.trunks import kind_of, listed

Stored = dict[Kind, list[Definition]]
Action = Literal["added", "changed", "unchanged", "invalid"]
OLD_KIND = "It is a trunk of the old kind, for both directions: it cannot be replaced."


@dataclass(frozen=True, slots=True)
class Item:
    """What an import would do with one definition of the file; `id` is that of the stored one.

    `file_id` is the id in the file, by which its rules name it.
    """

    kind: Kind
    label: str
    action: Action
    id: str = ""
    file_id: str = ""
    reason: str = ""
    differences: tuple[Difference, ...] = ()
    old: bytes = field(default=b"", repr=False)
    new: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do, in the order of the file; `others` are stored and not in it."""

    items: tuple[Item, ...]
    others: int

    @property
    def does(self) -> int:
        """How many definitions would be added or changed."""
        return sum(item.action in {"added", "changed"} for item in self.items)

    @property
    def counts(self) -> dict[Action, int]:
        """How many items there are of each action that there is."""
        actions: list[Action] = [item.action for item in self.items]
        return {action: actions.count(action) for action in dict.fromkeys(sorted(actions))}


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one definition; `error` is empty where it was done, or had not to be."""

    item: Item
    id: str
    error: str = ""
    tried: bool = True

    @property
    def outcome(self) -> str:
        """What became of it in a word or two, for the audit: no text of the file is in it."""
        if self.error and self.item.action != "invalid":
            return "failed" if self.tried else "not tried"
        return self.item.action


async def stored(livekit: LiveKit) -> Stored:
    """Give all trunks and rules, by one call for each kind."""
    trunks, rules = await asyncio.gather(listed(livekit), rules_rules.listed(livekit))
    return {
        Kind.INBOUND: [info for info in trunks if kind_of(info) == TrunkKind.INBOUND],
        Kind.OUTBOUND: [info for info in trunks if kind_of(info) == TrunkKind.OUTBOUND],
        Kind.RULE: [*rules],
    }


async def export(livekit: LiveKit, *, secrets: bool) -> Plain:
    """Give all trunks and rules as a file's objects, their secrets only where asked for."""
    return written(await stored(livekit), secrets=secrets)


async def plan(livekit: LiveKit, text: str) -> Plan:
    """Give what an import of the file would do. Raises Invalid for what is no such file."""
    given = list(read(text))
    there = await stored(livekit)
    twice = {id_of(i) for i in there[Kind.INBOUND]} & {id_of(i) for i in there[Kind.OUTBOUND]}
    items: list[Item] = []
    for kind, each in given:
        item = _planned(kind, each, there[kind], items)
        if item.action == "changed" and item.id in twice:
            item = _invalid(item, OLD_KIND)
        if item.id and any((i.kind, i.id) == (kind, item.id) for i in items):
            item = _invalid(item, "It stands in the file twice.")
        items.append(item)
    found = {(item.kind, item.id) for item in items}
    others = sum((kind, id_of(i)) not in found for kind, infos in there.items() for i in infos)
    return Plan(tuple(items), others)


def _planned(kind: Kind, given: Any, there: Sequence[Definition], above: Sequence[Item]) -> Item:
    item = Item(kind, "?", "invalid")
    try:
        given = named(kind, given)
        file_id = given.get(id_field(kind), "")
        label = given.get("name") or file_id or "without a name"
        item = replace(item, label=label, file_id=file_id)
        before = _match(given, file_id, there)
        item = replace(item, id=id_of(before) if before is not None else "")
        if kind is Kind.RULE and isinstance(given.get("trunk_ids"), list):
            given["trunk_ids"] = [_trunk_id(each, above) for each in given["trunk_ids"]]
        message = whole(kind, given, before)
    except ValueError as error:
        return _invalid(item, str(error))
    new = bytes_of(message)
    if before is None:
        found = differences(MESSAGES[kind](), message)
        return replace(item, action="added", differences=found, new=new)
    old = bytes_of(before)
    action: Action = "unchanged" if old == new else "changed"
    found = differences(before, message)
    return replace(item, action=action, differences=found, old=old, new=new)


def _trunk_id(named_id: Any, above: Sequence[Item]) -> Any:
    """Give the id here of a trunk that a rule of the file names; one to be added has none yet."""
    trunk = next((item for item in above if item.file_id and item.file_id == named_id), None)
    if trunk is None:
        return named_id
    if trunk.action == "invalid" and not trunk.id:
        raise ValueError(f"Its trunk {trunk.label} cannot be imported.")
    return trunk.id or _new(trunk)


def _new(trunk: Item) -> str:
    """Give what stands for the id of a trunk that is to be added."""
    return f"{trunk.file_id} (new)"


def _match(given: Plain, file_id: str, there: Sequence[Definition]) -> Definition | None:
    """Give the stored definition of the same id, else the one of the same name."""
    same = [info for info in there if file_id and id_of(info) == file_id]
    name = given.get("name")
    same = same or [info for info in there if name and info.name == name]
    if len(same) > 1:
        raise ValueError("Several here have this name, and none has its id.")
    return same[0] if same else None


def _invalid(item: Item, reason: str) -> Item:
    return replace(item, action="invalid", reason=reason, differences=(), old=b"", new=b"")


async def carry_out(livekit: LiveKit, planned: Plan, seconds: float) -> list[Result]:
    """Add and change what was planned, trunks first, and give what became of each.

    After an outage, or `seconds`, the rest is left alone and said to be so.
    """
    run = _Run(livekit, seconds)
    return [await run.one(item) for item in planned.items]


class _Run:
    """One import while it goes on: the ids that new trunks got."""

    def __init__(self, livekit: LiveKit, seconds: float) -> None:
        self._livekit = livekit
        self._steps = Steps(livekit, seconds)
        self._made: dict[str, str] = {}

    async def one(self, item: Item) -> Result:
        """Add or change one definition, or say why not."""
        if item.action in {"unchanged", "invalid"}:
            return Result(item, item.id, item.reason, tried=False)
        if not self._steps.begin():
            return Result(item, item.id, self._steps.over, tried=False)
        message = MESSAGES[item.kind].FromString(item.new)
        if isinstance(message, SIPDispatchRuleInfo):
            ids = [self._made.get(trunk_id, trunk_id) for trunk_id in message.trunk_ids]
            lost = [trunk_id for trunk_id in ids if trunk_id.endswith(" (new)")]
            if lost:
                return Result(item, item.id, "not tried: its trunk was not added", tried=False)
            message.trunk_ids[:] = ids
        try:
            done = await self._send(message)
        except LiveKitError as error:
            self._steps.failed(error)
            return Result(item, item.id, came_to(error))
        if item.action == "added" and item.file_id:
            self._made[_new(item)] = id_of(done)
        return Result(item, id_of(done))

    async def _send(self, message: Definition) -> Definition:
        sip, write, own = self._livekit.api.sip, self._livekit.write, id_of(message)
        if not isinstance(message, SIPDispatchRuleInfo):
            if own:
                return await trunks_control.replace_info(self._livekit, message)
            return await trunks_control.create_info(self._livekit, message)
        if own:
            call = partial(sip.update_dispatch_rule, own)
            return await write("UpdateSIPDispatchRule", call, message)
        request = CreateSIPDispatchRuleRequest(dispatch_rule=message)
        return await write("CreateSIPDispatchRule", sip.create_dispatch_rule, request)
