"""Export and import of all trunks and dispatch rules, and what became of each definition."""

import asyncio
from dataclasses import dataclass
from functools import partial

from livekit.api import CreateSIPDispatchRuleRequest, SIPDispatchRuleInfo

from app.errors import LiveKitError
from app.services.livekit.client import LiveKit
from app.services.livekit.errors import came_to
from app.services.livekit.steps import Steps
from app.services.sip.definitions.file import (
    MESSAGES,
    Definition,
    Kind,
    Plain,
    id_of,
    read,
    written,
)
from app.services.sip.definitions.planning import Item, Plan, Planner, Stored
from app.services.sip.rules.rules import listed as list_rules
from app.services.sip.states import TrunkKind
from app.services.sip.trunks import control
from app.services.sip.trunks.trunks import kind_of, listed

NOT_TRIED = "not tried: its trunk was not added"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one definition; `error` is empty if it was done or already as it should be."""

    item: Item
    id: str
    error: str = ""
    tried: bool = True

    @property
    def outcome(self) -> str:
        """The result in a word or two, for the audit: it contains no text of the file."""
        if self.error and self.item.action != "invalid":
            return "failed" if self.tried else "not tried"
        return self.item.action


async def stored(livekit: LiveKit) -> Stored:
    """Return all trunks and rules, with one call for each kind."""
    trunks, rules = await asyncio.gather(listed(livekit), list_rules(livekit))
    return {
        Kind.INBOUND: [info for info in trunks if kind_of(info) == TrunkKind.INBOUND],
        Kind.OUTBOUND: [info for info in trunks if kind_of(info) == TrunkKind.OUTBOUND],
        Kind.RULE: [*rules],
    }


async def export(livekit: LiveKit, *, secrets: bool) -> Plain:
    """Return all trunks and rules as a file's objects, their secrets only if asked for."""
    return written(await stored(livekit), secrets=secrets)


async def plan(livekit: LiveKit, text: str) -> Plan:
    """Return what an import of the file would do. Raises Invalid for what is no such file."""
    given = list(read(text))
    planner = Planner(await stored(livekit))
    for kind, each in given:
        planner.add(kind, each)
    return planner.plan()


async def carry_out(livekit: LiveKit, planned: Plan, seconds: float) -> list[Result]:
    """Add and change what was planned, trunks first, and return the result of each.

    After an outage, or `seconds`, the rest is left alone, and its result says so.
    """
    run = _Run(livekit, seconds)
    return [await run.one(item) for item in planned.items]


class _Run:
    """One import in progress: the ids that new trunks got, by their ids in the file."""

    def __init__(self, livekit: LiveKit, seconds: float) -> None:
        self._livekit = livekit
        self._steps = Steps(seconds)
        self._made: dict[str, str] = {}

    async def one(self, item: Item) -> Result:
        """Add or change one definition, or say why not."""
        if item.action in {"unchanged", "invalid"}:
            return Result(item, item.id, item.reason, tried=False)
        if not self._steps.begin():
            return Result(item, item.id, self._steps.over, tried=False)
        message = MESSAGES[item.kind].FromString(item.new)
        if isinstance(message, SIPDispatchRuleInfo):
            if not item.waits_for <= self._made.keys():
                return Result(item, item.id, NOT_TRIED, tried=False)
            message.trunk_ids[:] = [
                self._made[trunk_id] if trunk_id in item.waits_for else trunk_id
                for trunk_id in message.trunk_ids
            ]
        try:
            with self._livekit.scope():
                done = await self._send(message)
        except LiveKitError as error:
            self._steps.failed(error)
            return Result(item, item.id, came_to(error))
        if item.action == "added" and item.file_id and item.kind is not Kind.RULE:
            self._made.setdefault(item.file_id, id_of(done))
        return Result(item, id_of(done))

    async def _send(self, message: Definition) -> Definition:
        sip, write, own = self._livekit.api.sip, self._livekit.write, id_of(message)
        if not isinstance(message, SIPDispatchRuleInfo):
            if own:
                return await control.replace_info(self._livekit, message)
            return await control.create_info(self._livekit, message)
        if own:
            call = partial(sip.update_dispatch_rule, own)
            return await write(call, message)
        request = CreateSIPDispatchRuleRequest(dispatch_rule=message)
        return await write(sip.create_dispatch_rule, request)
