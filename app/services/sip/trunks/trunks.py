"""Trunks: frozen records of what ListSIPInboundTrunk and ListSIPOutboundTrunk give.

No record has a password, nor the value of a header whose name tells that it is a secret.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from google.protobuf.duration_pb2 import Duration
from livekit.api import (
    ListSIPDispatchRuleRequest,
    ListSIPInboundTrunkRequest,
    ListSIPOutboundTrunkRequest,
    SIPDispatchRuleInfo,
    SIPInboundTrunkInfo,
    SIPOutboundTrunkInfo,
)
from livekit.protocol.sip import SIPMediaConfig, SIPMediaEncryption, SIPTransport

from app.errors import LiveKitNotFound
from app.services.livekit import redaction
from app.services.livekit.client import LiveKit
from app.services.livekit.differences import is_secret
from app.services.livekit.enums import known
from app.services.livekit.times import from_seconds
from app.services.sip.states import HeaderOptions, MediaEncryption, Transport, TrunkKind
from app.services.sip.values import is_ignored

Info = SIPInboundTrunkInfo | SIPOutboundTrunkInfo
Pairs = tuple[tuple[str, str], ...]
TRANSPORT = "SIP_TRANSPORT_"  # what the names in protobuf begin with
ENCRYPTION = "SIP_MEDIA_ENCRYPT_"
# By LiveKit's numbers: their names are another way round (livekit_sip.proto, SIPHeaderOptions).
HEADER_OPTIONS = (HeaderOptions.NONE, HeaderOptions.X, HeaderOptions.ALL)
LONGEST = 10**12  # seconds; a Duration may hold more than a timedelta can


@dataclass(frozen=True, slots=True)
class Trunk:
    """A trunk as its kind has it; what the other kind alone has is empty.

    `encryption` is None where none is set, and times where LiveKit's or the worker's default holds.
    `ringing_timeout_status` is the SIP status that a caller has when nobody answered in time.
    `codecs` are `name/rate`, or the name alone.
    """

    id: str
    kind: TrunkKind
    name: str
    metadata: str
    numbers: tuple[str, ...]
    address: str
    transport: Transport
    destination_country: str
    from_host: str
    allowed_addresses: tuple[str, ...]
    allowed_numbers: tuple[str, ...]
    auth_username: str
    auth_realm: str
    has_password: bool
    headers: Pairs
    headers_to_attributes: Pairs
    attributes_to_headers: Pairs
    include_headers: HeaderOptions
    ringing_timeout: timedelta | None
    ringing_timeout_status: int | None
    max_call_duration: timedelta | None
    krisp_enabled: bool
    encryption: MediaEncryption | None
    codecs: tuple[str, ...]
    only_listed_codecs: bool
    media_timeout: timedelta | None
    created: datetime | None
    updated: datetime | None

    @property
    def label(self) -> str:
        """The name to show: its own, or the id if it has none."""
        return self.name or self.id

    @property
    def ignored_addresses(self) -> tuple[str, ...]:
        """The allowed addresses that LiveKit ignores."""
        return tuple(filter(is_ignored, self.allowed_addresses))

    @property
    def open_to_all_addresses(self) -> bool:
        """Return whether all listed addresses are ignored by LiveKit: any is allowed then."""
        return bool(self.allowed_addresses) and self.ignored_addresses == self.allowed_addresses


@dataclass(frozen=True, slots=True)
class RuleOf:
    """A dispatch rule that takes calls of a trunk; `named` where it names the trunk.

    One that names no trunk takes those of all. `others` is how many more it names.
    """

    id: str
    label: str
    named: bool
    others: int


def kind_of(info: Info) -> TrunkKind:
    """Return the kind of a message."""
    inbound = isinstance(info, SIPInboundTrunkInfo)
    return TrunkKind.INBOUND if inbound else TrunkKind.OUTBOUND


def encryption_of(media: SIPMediaConfig, older: int) -> MediaEncryption | None:
    """Return the encryption that holds: `media` has it, or the older field that it replaced."""
    if media.HasField("encryption"):
        return _encryption(media.encryption)
    return _encryption(older) if older else None


def _encryption(number: int) -> MediaEncryption:
    return known(MediaEncryption, SIPMediaEncryption, number, strip=ENCRYPTION)


def codecs_of(media: SIPMediaConfig) -> tuple[str, ...]:
    """Return the codecs as `name/rate`, or the name alone."""
    return tuple(f"{c.name}/{c.rate}" if c.rate else c.name for c in media.codecs)


def record(info: Info) -> Trunk:
    """Translate the protobuf; the password stays behind."""
    inbound = info if isinstance(info, SIPInboundTrunkInfo) else SIPInboundTrunkInfo()
    outbound = info if isinstance(info, SIPOutboundTrunkInfo) else SIPOutboundTrunkInfo()
    media = info.media
    return Trunk(
        id=info.sip_trunk_id,
        kind=kind_of(info),
        name=info.name,
        metadata=info.metadata,
        numbers=tuple(info.numbers),
        address=outbound.address,
        transport=known(Transport, SIPTransport, outbound.transport, strip=TRANSPORT),
        destination_country=outbound.destination_country,
        from_host=outbound.from_host,
        allowed_addresses=tuple(inbound.allowed_addresses),
        allowed_numbers=tuple(inbound.allowed_numbers),
        auth_username=info.auth_username,
        auth_realm=inbound.auth_realm,
        has_password=bool(info.auth_password),
        headers=tuple((name, covered(name, text)) for name, text in _sorted(info.headers)),
        headers_to_attributes=_sorted(info.headers_to_attributes),
        attributes_to_headers=_sorted(info.attributes_to_headers),
        include_headers=_header_options(info.include_headers),
        ringing_timeout=_span(inbound, "ringing_timeout"),
        ringing_timeout_status=inbound.ringing_timeout_status or None,
        max_call_duration=_span(inbound, "max_call_duration"),
        krisp_enabled=inbound.krisp_enabled,
        encryption=encryption_of(media, info.media_encryption),
        codecs=codecs_of(media),
        only_listed_codecs=media.only_listed_codecs,
        media_timeout=_span(media, "media_timeout"),
        created=from_seconds(info.created_at.seconds),
        updated=from_seconds(info.updated_at.seconds),
    )


def covered(name: str, text: str) -> str:
    """Return a header's value as it may be seen: not at all if its name suggests a secret."""
    return redaction.HIDDEN if text and is_secret("headers", name) else text


def _header_options(number: int) -> HeaderOptions:
    return dict(enumerate(HEADER_OPTIONS)).get(number, HeaderOptions.UNKNOWN)


def _sorted(pairs: Mapping[str, str]) -> Pairs:
    return tuple(sorted(pairs.items()))


def _span(message: SIPInboundTrunkInfo | SIPMediaConfig, field: str) -> timedelta | None:
    if not message.HasField(field):
        return None
    span: Duration = getattr(message, field)
    return timedelta(
        seconds=max(-LONGEST, min(span.seconds, LONGEST)), microseconds=span.nanos // 1000
    )


async def listed(livekit: LiveKit, *ids: str) -> list[Info]:
    """Return all trunks of both kinds, or those of `ids`; inbound ones first, in no other order."""
    inbound, outbound = await asyncio.gather(
        livekit.read(
            livekit.api.sip.list_inbound_trunk,
            ListSIPInboundTrunkRequest(trunk_ids=ids),
        ),
        livekit.read(
            livekit.api.sip.list_outbound_trunk,
            ListSIPOutboundTrunkRequest(trunk_ids=ids),
        ),
    )
    found: list[Info] = [*inbound.items, *outbound.items]
    return [info for info in found if info.sip_trunk_id]


async def infos_of(livekit: LiveKit, trunk_id: str) -> list[Info]:
    """Return the message of one trunk, two for one of the old kind. Raises NotFound."""
    found = await listed(livekit, trunk_id) if trunk_id else []
    if not found:
        raise LiveKitNotFound(f"There is no trunk {trunk_id}, or it was deleted.")
    return found


async def get(livekit: LiveKit, trunk_id: str) -> Trunk:
    """Return one trunk. Raises NotFound."""
    return record((await infos_of(livekit, trunk_id))[0])


async def with_rules(livekit: LiveKit, trunk_id: str) -> tuple[Trunk, tuple[RuleOf, ...]]:
    """Return one trunk and the dispatch rules that take calls of it. Raises NotFound."""
    request = ListSIPDispatchRuleRequest(trunk_ids=[trunk_id])
    call = livekit.api.sip.list_dispatch_rule
    trunk, rules = await asyncio.gather(get(livekit, trunk_id), livekit.read(call, request))
    found = [_rule(rule, trunk_id) for rule in rules.items]
    if trunk.kind == TrunkKind.OUTBOUND:  # rules are for callers; one may name any id
        found = [rule for rule in found if rule.named]
    return trunk, tuple(sorted(found, key=lambda rule: (not rule.named, rule.label, rule.id)))


def _rule(info: SIPDispatchRuleInfo, trunk_id: str) -> RuleOf:
    named = trunk_id in info.trunk_ids
    return RuleOf(
        id=info.sip_dispatch_rule_id,
        label=info.name or info.sip_dispatch_rule_id,
        named=named,
        others=len({*info.trunk_ids} - {trunk_id}),
    )
