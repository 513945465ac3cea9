"""Dispatch rules: frozen records of what ListSIPDispatchRule gives.

A PIN is in `RuleTerms` alone, so that no page, list or export can hold one by chance.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from livekit.api import (
    ListSIPDispatchRuleRequest,
    ListSIPInboundTrunkRequest,
    SIPDispatchRuleInfo,
    SIPInboundTrunkInfo,
)
from livekit.protocol.room import RoomConfiguration

from app.errors import LiveKitNotFound
from app.services.livekit.client import LiveKit
from app.services.livekit.times import from_seconds
from app.services.sip.routing.terms import RuleTerms, Texts, TrunkTerms
from app.services.sip.rules import rule_json
from app.services.sip.states import MediaEncryption, RuleKind
from app.services.sip.trunks.trunks import Pairs, codecs_of, encryption_of

# The fields of SIPDispatchRule's oneof, and the kind that each stands for.
KINDS = {
    "dispatch_rule_direct": RuleKind.DIRECT,
    "dispatch_rule_individual": RuleKind.INDIVIDUAL,
    "dispatch_rule_callee": RuleKind.CALLEE,
}


@dataclass(frozen=True, slots=True)
class DispatchedAgent:
    """An agent to dispatch to the room that the caller opens."""

    name: str
    metadata: str
    deployment: str
    attributes: Pairs


@dataclass(frozen=True, slots=True)
class RoomConfig:
    """How a room is opened that the caller is first in; seconds, delays in milliseconds, 0: unset.

    `egress` is JSON without its secrets.
    """

    name: str
    empty_timeout: int
    departure_timeout: int
    max_participants: int
    min_playout_delay: int
    max_playout_delay: int
    sync_streams: bool
    metadata: str
    tags: Pairs
    agents: tuple[DispatchedAgent, ...]
    egress: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A dispatch rule; `callers` are LiveKit's inbound_numbers, `called` its numbers.

    `room` is the room of a direct rule and the prefix of the others, `random` whether something
    random follows. `encryption` and `room_config` are None if they aren't set.
    `media_timeout` is as LiveKit writes it, empty where the default holds; `plain` is the whole
    rule as JSON's objects, without its secrets.
    """

    id: str
    name: str
    kind: RuleKind
    room: str
    random: bool
    pinned: bool
    hide_number: bool
    trunks: Texts
    callers: Texts
    called: Texts
    metadata: str
    attributes: Pairs
    room_preset: str
    room_config: RoomConfig | None
    krisp_enabled: bool
    encryption: MediaEncryption | None
    codecs: Texts
    only_listed_codecs: bool
    media_timeout: str
    created: datetime | None
    updated: datetime | None
    plain: rule_json.Plain

    @property
    def label(self) -> str:
        """The name to show: its own, or the id where it has none."""
        return self.name or self.id

    @property
    def json(self) -> str:
        """The whole rule as JSON, without its secrets."""
        return rule_json.text(self.plain)


def kind_of(info: SIPDispatchRuleInfo) -> tuple[RuleKind, Any]:
    """Return the kind of a rule, and the message of that kind; one without, for an unknown kind."""
    named = info.rule.WhichOneof("rule")
    return (KINDS[named], getattr(info.rule, named)) if named else (RuleKind.UNKNOWN, None)


def terms(info: SIPDispatchRuleInfo) -> RuleTerms:
    """Return what a rule asks of a call, its PIN too."""
    kind, own = kind_of(info)
    room = {RuleKind.DIRECT: "room_name", RuleKind.UNKNOWN: ""}.get(kind, "room_prefix")
    random = {RuleKind.INDIVIDUAL: "no_randomness", RuleKind.CALLEE: "randomize"}.get(kind, "")
    return RuleTerms(
        id=info.sip_dispatch_rule_id,
        name=info.name,
        kind=kind,
        room=getattr(own, room) if room else "",
        pin=own.pin if room else "",
        # an individual rule says it the other way round
        random=bool(random) and getattr(own, random) != (kind == RuleKind.INDIVIDUAL),
        hide_number=info.hide_phone_number,
        trunks=tuple(info.trunk_ids),
        callers=tuple(info.inbound_numbers),
        called=tuple(info.numbers),
    )


def trunk_terms(info: SIPInboundTrunkInfo) -> TrunkTerms:
    """Return what an inbound trunk requires of a call; user and password go together."""
    return TrunkTerms(
        id=info.sip_trunk_id,
        name=info.name,
        numbers=tuple(info.numbers),
        allowed_numbers=tuple(info.allowed_numbers),
        allowed_addresses=tuple(info.allowed_addresses),
        password=bool(info.auth_username and info.auth_password),
    )


def record(info: SIPDispatchRuleInfo) -> Rule:
    """Translate the protobuf; PIN and storage credentials stay behind."""
    own, media = terms(info), info.media
    return Rule(
        id=own.id,
        name=own.name,
        kind=own.kind,
        room=own.room,
        random=own.random,
        pinned=bool(own.pin),
        hide_number=own.hide_number,
        trunks=own.trunks,
        callers=own.callers,
        called=own.called,
        metadata=info.metadata,
        attributes=tuple(sorted(info.attributes.items())),
        room_preset=info.room_preset,
        room_config=_room_config(info.room_config) if info.HasField("room_config") else None,
        krisp_enabled=info.krisp_enabled,
        encryption=encryption_of(media, info.media_encryption),
        codecs=codecs_of(media),
        only_listed_codecs=media.only_listed_codecs,
        media_timeout=media.media_timeout.ToJsonString() if media.HasField("media_timeout") else "",
        created=from_seconds(info.created_at.seconds),
        updated=from_seconds(info.updated_at.seconds),
        plain=rule_json.plain(info),
    )


def _room_config(config: RoomConfiguration) -> RoomConfig:
    agents = (
        DispatchedAgent(a.agent_name, a.metadata, a.deployment, tuple(sorted(a.attributes.items())))
        for a in config.agents
    )
    egress = rule_json.egress(config) if config.HasField("egress") else None
    return RoomConfig(
        name=config.name,
        empty_timeout=config.empty_timeout,
        departure_timeout=config.departure_timeout,
        max_participants=config.max_participants,
        min_playout_delay=config.min_playout_delay,
        max_playout_delay=config.max_playout_delay,
        sync_streams=config.sync_streams,
        metadata=config.metadata,
        tags=tuple(sorted(config.tags.items())),
        agents=tuple(agents),
        egress="" if egress is None else rule_json.text(egress),
    )


async def listed(livekit: LiveKit) -> Sequence[SIPDispatchRuleInfo]:
    """Return every dispatch rule by its id; for the services of this package."""
    call = livekit.api.sip.list_dispatch_rule
    answer = await livekit.read(call, ListSIPDispatchRuleRequest())
    return [info for info in answer.items if info.sip_dispatch_rule_id]


async def trunks(livekit: LiveKit) -> tuple[TrunkTerms, ...]:
    """Return what every inbound trunk asks of a call, by its id."""
    call = livekit.api.sip.list_inbound_trunk
    answer = await livekit.read(call, ListSIPInboundTrunkRequest())
    return tuple(trunk_terms(info) for info in answer.items if info.sip_trunk_id)


async def everything(
    livekit: LiveKit,
) -> tuple[Sequence[SIPDispatchRuleInfo], tuple[TrunkTerms, ...]]:
    """Return every dispatch rule, and what every inbound trunk asks; by two calls side by side."""
    rules, lines = await asyncio.gather(listed(livekit), trunks(livekit))
    return rules, lines


def found(rules: Sequence[SIPDispatchRuleInfo], rule_id: str) -> SIPDispatchRuleInfo:
    """Return the rule of this id. Raises NotFound."""
    for info in rules:
        if info.sip_dispatch_rule_id == rule_id:
            return info
    raise LiveKitNotFound(f"There is no dispatch rule {rule_id}, or it was deleted.")
