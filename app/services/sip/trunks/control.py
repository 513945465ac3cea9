"""What can be done with a trunk: create, replace, delete.

An edit lays what was changed over the whole stored message and sends that as `replace`: `update`
reaches some fields only, and what this build does not know stays as it is.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from livekit.api import (
    CreateSIPInboundTrunkRequest,
    CreateSIPOutboundTrunkRequest,
    DeleteSIPTrunkRequest,
    SIPInboundTrunkInfo,
    SIPOutboundTrunkInfo,
)
from livekit.protocol.sip import SIPCodec, SIPMediaEncryption, SIPTransport

from app.errors import (
    Invalid,
    LiveKitConflict,
    LiveKitError,
    LiveKitInvalid,
    LiveKitNotFound,
    NotFound,
)
from app.services.livekit import redaction
from app.services.livekit.client import LiveKit
from app.services.livekit.differences import Replacement, is_secret, replacement
from app.services.livekit.errors import field_about
from app.services.sip import placeholders
from app.services.sip.states import TrunkKind
from app.services.sip.trunks.checks import trunk_problems
from app.services.sip.trunks.trunks import (
    ENCRYPTION,
    HEADER_OPTIONS,
    TRANSPORT,
    Info,
    Trunk,
    get,
    infos_of,
    kind_of,
    record,
)

# Values by LiveKit's field names, those that are to be set; `auth_password` is empty to remove it.
Changes = Mapping[str, Any]
KINDS: dict[TrunkKind, type[Info]] = {
    TrunkKind.INBOUND: SIPInboundTrunkInfo,
    TrunkKind.OUTBOUND: SIPOutboundTrunkInfo,
}
LISTS = ("numbers", "allowed_addresses", "allowed_numbers")
MAPS = ("headers", "headers_to_attributes", "attributes_to_headers")
SPANS = ("ringing_timeout", "max_call_duration")
# What LiveKit says (protocol, livekit/sip.go and sip/sip.go), and the field that it is about.
ABOUT = (
    ("and AllowedNumber ", "allowed_numbers"),
    ("Conflicting inbound", "numbers"),
    ("for security", "numbers"),
    ("no trunk numbers", "numbers"),
    ("no outbound address", "address"),
    ("trunk address", "address"),
    ("from_host", "from_host"),
    ("header value", "headers"),
    ("header name", "headers"),
    ("media_timeout", "media_timeout"),
    ("codec", "codecs"),
)
ID = re.compile(r'"(ST_[A-Za-z0-9]+)"')
OLD = "Create an inbound and an outbound trunk with its values, then delete it."


class SameNumber(LiveKitInvalid):
    """Another inbound trunk accepts the same calls; `context` has it as `other`."""


async def create(livekit: LiveKit, kind: TrunkKind, values: Changes) -> Trunk:
    """Create a trunk. Raises Invalid with the field at fault, SameNumber; else a LiveKitError."""
    info = laid_over(KINDS[kind](), values)
    _check(info, None)
    return record(await create_info(livekit, info))


def _check(new: Info, stored: Info | None) -> None:
    problems = dict(trunk_problems(new, stored))
    if problems:
        raise Invalid(fields=problems)


def described(kind: TrunkKind, values: Changes) -> dict[str, Any]:
    """Return a new trunk as plain objects, with a placeholder for each secret. Raises Invalid."""
    return placeholders.described(laid_over(KINDS[kind](), values))


async def create_info(livekit: LiveKit, info: Info) -> Info:
    """Create a trunk as the message has it, without its id. Raises as `create` does."""
    sip = livekit.api.sip
    try:
        if isinstance(info, SIPInboundTrunkInfo):
            request = CreateSIPInboundTrunkRequest(trunk=info)
            return await livekit.write(sip.create_inbound_trunk, request)
        other = CreateSIPOutboundTrunkRequest(trunk=info)
        return await livekit.write(sip.create_outbound_trunk, other)
    except LiveKitInvalid as error:
        raise await _about_field(livekit, error) from error


async def to_change(livekit: LiveKit, trunk_id: str) -> Trunk:
    """Return a trunk that is about to be changed. Raises NotFound, Conflict where it cannot be."""
    return record(await _stored(livekit, trunk_id))


async def plan(livekit: LiveKit, trunk_id: str, kind: TrunkKind, changes: Changes) -> Replacement:
    """Read the trunk again, lay the changes over it, and give what a replace would do.

    Raises as `to_change` does, and Invalid with the field at fault.
    """
    stored = await _stored(livekit, trunk_id)
    if kind_of(stored) != kind:
        raise Invalid(f"This trunk is not {kind}: load the form again.")
    new = laid_over(copy_of(stored), changes)
    _check(new, stored)
    return replacement(stored, new)


async def replace(livekit: LiveKit, kind: TrunkKind, change: Replacement) -> Trunk:
    """Replace a trunk by the message that was planned. Raises as `create` does, and NotFound."""
    return record(await replace_info(livekit, KINDS[kind].FromString(change.new)))


async def replace_info(livekit: LiveKit, info: Info) -> Info:
    """Replace the trunk of the message's id by the message. Raises as `replace` does."""
    sip, trunk_id = livekit.api.sip, info.sip_trunk_id
    try:
        if isinstance(info, SIPInboundTrunkInfo):
            call = partial(sip.update_inbound_trunk, trunk_id)
            return await livekit.write(call, info)
        other = partial(sip.update_outbound_trunk, trunk_id)
        return await livekit.write(other, info)
    except NotFound:
        raise LiveKitNotFound(f"There is no trunk {trunk_id}, or it was deleted.") from None
    except LiveKitInvalid as error:
        raise await _about_field(livekit, error, trunk_id) from error


async def delete(livekit: LiveKit, trunk_id: str) -> Trunk:
    """Delete a trunk and give it as it was. Raises NotFound: LiveKit itself would say yes."""
    gone = await get(livekit, trunk_id)
    request = DeleteSIPTrunkRequest(sip_trunk_id=trunk_id)
    await livekit.write(livekit.api.sip.delete_trunk, request)
    return gone


async def _stored(livekit: LiveKit, trunk_id: str) -> Info:
    found = await infos_of(livekit, trunk_id)
    if len(found) > 1:
        raise LiveKitConflict(
            f"{trunk_id} is a trunk of the old kind, for both directions.", advice=OLD
        )
    return found[0]


def copy_of(info: Info) -> Info:
    """Return a message like this one."""
    return type(info).FromString(info.SerializeToString())


def laid_over(info: Info, changes: Changes) -> Info:
    """Set the changed fields in the message, and give it. Raises Invalid."""
    for name, value in changes.items():
        if name in LISTS:
            del getattr(info, name)[:]
            getattr(info, name).extend(value)
        elif name in MAPS:
            _set_map(info, name, value)
        elif name in SPANS:
            _set_span(info, name, value)
        elif name == "transport":
            setattr(info, name, SIPTransport.Value(f"{TRANSPORT}{value.upper()}"))
        elif name == "include_headers":
            setattr(info, name, HEADER_OPTIONS.index(value))
        elif name == "encryption":
            _set_encryption(info, value)
        elif name == "media_timeout":
            _set_span(info.media, name, value)
        elif name == "only_listed_codecs":
            info.media.only_listed_codecs = value
        elif name == "codecs":
            del info.media.codecs[:]
            info.media.codecs.extend(SIPCodec(name=codec, rate=rate) for codec, rate in value)
        else:
            setattr(info, name, value)
    return info


def _set_map(info: Info, name: str, pairs: Mapping[str, str]) -> None:
    """Replace a map; a covered value stands for the one that is there."""
    stored: dict[str, str] = dict(getattr(info, name))
    kept = {
        key: stored.get(key, "") if is_secret(name, key) and text == redaction.HIDDEN else text
        for key, text in pairs.items()
    }
    lost = [key for key, text in pairs.items() if text == redaction.HIDDEN and not kept[key]]
    if lost:
        raise Invalid(fields={name: f"Enter the value of {lost[0]}: none is stored to keep."})
    getattr(info, name).clear()
    getattr(info, name).update(kept)


def _set_span(message: Any, name: str, span: timedelta | None) -> None:
    message.ClearField(name)
    if span is not None:
        getattr(message, name).FromTimedelta(span)
        getattr(message, name).SetInParent()  # zero is no time-out, and not the default


def _set_encryption(info: Info, value: Any) -> None:
    """Set it where LiveKit reads it, and in the older field, as LiveKit's own update does."""
    if value is None:
        info.media.ClearField("encryption")
        info.ClearField("media_encryption")
        return
    number: Any = SIPMediaEncryption.Value(f"{ENCRYPTION}{value.upper()}")
    info.media.encryption = info.media_encryption = number


async def _about_field(livekit: LiveKit, error: LiveKitInvalid, own: str = "") -> LiveKitError:
    """Return the error with the field that it is about, in LiveKit's own words."""
    said = error.reason.partition(": ")[2]
    field = field_about(said, ABOUT)
    if field is None:
        return error
    fields = {field: f"LiveKit: {said}."}
    others = [each for each in ID.findall(said) if each != own]
    if not others:
        return LiveKitInvalid(fields=fields)
    same = SameNumber(fields=fields)
    with suppress(LiveKitError):  # LiveKit's own words have its id
        same.context = {"other": await get(livekit, others[0])}
    return same
