"""Trunks and dispatch rules as a JSON file: LiveKit's own messages, by the names of their .proto.

In a file without secrets each stands as dots. Dots, or a secret that is not named at all, keep
what is stored; an empty text removes it. Ids are kept, so that a file can be read again; times that
LiveKit sets itself are left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from google.protobuf.json_format import MessageToDict
from livekit.api import SIPDispatchRuleInfo, SIPInboundTrunkInfo, SIPOutboundTrunkInfo

from app.errors import Invalid
from app.services.livekit import redaction
from app.services.livekit.differences import is_secret
from app.services.livekit.from_json import (
    HALF,
    WrongPartError,
    built,
    holds_half,
    mismatch,
    too_deep,
)
from app.services.livekit.redaction import HIDDEN
from app.services.sip.trunks.trunks import Info
from app.text.json_text import not_json, strict

FORMAT = "livekit-dashboard sip definitions"
VERSION = 1
SET_BY_LIVEKIT = ("created_at", "updated_at")
TIMES = frozenset({*SET_BY_LIVEKIT, "createdAt", "updatedAt"})

Definition = Info | SIPDispatchRuleInfo
Plain = dict[str, Any]


class Kind(StrEnum):
    """What a definition is of; in the order in which a file has them, and is read."""

    INBOUND = "inbound trunk"
    OUTBOUND = "outbound trunk"
    RULE = "dispatch rule"


MESSAGES: dict[Kind, type[Definition]] = {
    Kind.INBOUND: SIPInboundTrunkInfo,
    Kind.OUTBOUND: SIPOutboundTrunkInfo,
    Kind.RULE: SIPDispatchRuleInfo,
}
LISTS = {
    Kind.INBOUND: "inbound_trunks",
    Kind.OUTBOUND: "outbound_trunks",
    Kind.RULE: "dispatch_rules",
}


# The fields of LiveKit's requests that hold a definition, and fields that a definition has.
WRAPPERS = ("trunk", "dispatch_rule", "dispatchRule")
MARKS = frozenset(
    {"name", "numbers", "address", "rule", "sip_trunk_id", "sipTrunkId", "sip_dispatch_rule_id"}
    | {"sipDispatchRuleId"}
)
FOREIGN = (
    "This is neither an export of this page nor LiveKit's JSON of trunks or dispatch rules, such "
    "as the output of lk sip inbound list --json."
)


def id_of(info: Definition) -> str:
    """Return the id of a trunk or a rule; empty where it has none yet."""
    return info.sip_dispatch_rule_id if isinstance(info, SIPDispatchRuleInfo) else info.sip_trunk_id


def id_field(kind: Kind) -> str:
    """Return the name of the field that has the id."""
    return "sip_dispatch_rule_id" if kind is Kind.RULE else "sip_trunk_id"


def written(stored: Mapping[Kind, Iterable[Definition]], *, secrets: bool) -> Plain:
    """Return the file as JSON's objects, in a stable order."""
    head: Plain = {"format": FORMAT, "version": VERSION, "secrets": secrets}
    show = _opened if secrets else covered
    return head | {
        LISTS[kind]: [show(info) for info in sorted(infos, key=lambda i: (i.name, id_of(i)))]
        for kind, infos in stored.items()
    }


def read(text: str) -> Iterator[tuple[Kind, Any]]:
    """Return each definition of a file. Raises Invalid for text that is not such a file."""
    try:
        file = strict(text)
    except (ValueError, RecursionError) as error:
        raise _wrong(not_json(error)) from error
    if too_deep(file):
        raise _wrong("The file is nested too deeply.")
    if holds_half(file):
        raise _wrong(HALF)
    if not isinstance(file, dict) or "format" not in file:
        yield from _of_livekit(file)
        return
    if file["format"] != FORMAT:
        raise _wrong(f'This isn\'t an export of this page: its "format" isn\'t "{FORMAT}".')
    if file.get("version") != VERSION:
        raise _wrong(f"The file has another version; this dashboard reads version {VERSION}.")
    unknown = file.keys() - {"format", "version", "secrets", *LISTS.values()}
    if unknown:
        raise _wrong(f"{min(unknown)}: there is no such list. Lists: {', '.join(LISTS.values())}.")
    for kind, name in LISTS.items():
        if not isinstance(file.get(name, []), list):
            raise _wrong(f"{name}: expected a list in [ ].")
        yield from ((kind, given) for given in file.get(name, []))


def _of_livekit(file: Any) -> Iterator[tuple[Kind, Any]]:
    """Return the definitions of LiveKit's own JSON, sorted by kind.

    That is a request as its docs and `lk` have it, what `lk sip … list --json` prints, a list of
    such, or one definition alone.
    """
    definitions = list(_unwrapped(file))
    if not definitions:
        raise _wrong(FOREIGN)
    order = [*Kind]
    pairs = [(_kind_of(each), each) for each in definitions]
    yield from sorted(pairs, key=lambda pair: order.index(pair[0]))


def _unwrapped(given: Any) -> Iterator[Plain]:
    if isinstance(given, list):
        for each in given:
            yield from _unwrapped(each)
        return
    if not isinstance(given, dict):
        raise _wrong(FOREIGN)
    if len(given) == 1 and isinstance(given.get("items"), list):
        yield from _unwrapped(given["items"])
        return
    inner = [given[name] for name in WRAPPERS if isinstance(given.get(name), dict)]
    definition = inner[0] if len(given) == len(inner) == 1 else given
    if not MARKS & definition.keys():
        raise _wrong(FOREIGN)
    yield definition


def _kind_of(definition: Plain) -> Kind:
    """Return the kind of a definition by the fields that only this kind has."""
    if definition.keys() & {"rule", "sip_dispatch_rule_id", "sipDispatchRuleId", "trunk_ids"}:
        return Kind.RULE
    return Kind.OUTBOUND if "address" in definition else Kind.INBOUND


def named(kind: Kind, given: Any) -> Plain:
    """Return a definition with its fields by the names of the .proto. Raises ValueError."""
    if isinstance(given, dict):
        given = {name: value for name, value in given.items() if name not in TIMES}
    wrong = mismatch(given, MESSAGES[kind])
    if wrong is not None:
        raise WrongPartError(wrong)
    return _renamed(MESSAGES[kind].DESCRIPTOR, given)


def whole(kind: Kind, given: Plain, stored: Definition | None) -> Definition:
    """Return the message that `given` makes of the stored one: its secrets where they are covered.

    Fields that this build does not know stay too. Raises ValueError with the reason.
    """
    message = MESSAGES[kind]()
    before: Plain = {}
    if stored is not None:
        before = _opened(stored)
        message.MergeFromString(stored.SerializeToString())
        for known in message.DESCRIPTOR.fields:
            if known.name not in SET_BY_LIVEKIT:
                message.ClearField(known.name)
    told = redaction.uncovered(given, before, unnamed=True) | _filled_in(given, before)
    told[id_field(kind)] = before.get(id_field(kind), "")
    message.MergeFromString(built(told, MESSAGES[kind]()).SerializeToString())
    return message


def _filled_in(given: Plain, stored: Plain) -> Plain:
    """Return `media` if LiveKit has derived it, from nothing or from the older field.

    It does so with a new rule (livekit/sip.go, Upgrade); a file that says nothing keeps that.
    """
    older = given.get("media_encryption", "SIP_MEDIA_ENCRYPT_DISABLE")
    made: list[Plain] = [{"encryption": older}]
    if older == "SIP_MEDIA_ENCRYPT_DISABLE":
        made.append({})
    media = stored.get("media")
    return {"media": media} if "media" not in given and media in made else {}


def covered(info: Definition) -> Plain:
    """Return a definition as JSON's objects, each secret as dots."""
    shown = redaction.plain(info)
    for name, text in shown.get("headers", {}).items():
        if text and is_secret("headers", name):
            shown["headers"][name] = HIDDEN
    return _without_times(shown)


def _opened(info: Definition) -> Plain:
    return _without_times(MessageToDict(info, preserving_proto_field_name=True))


def _without_times(shown: Plain) -> Plain:
    return {name: value for name, value in shown.items() if name not in SET_BY_LIVEKIT}


def _renamed(known: Any, given: Plain) -> Plain:
    """Return objects with their fields by the .proto's names; JSON has a second one for each."""
    fields = {**known.fields_by_name, **known.fields_by_camelcase_name}
    found: Plain = {}
    for name, value in given.items():
        field = fields.get(name)
        inner = field.message_type if field is not None else None
        if inner is not None and not inner.GetOptions().map_entry and inner.fields:
            if isinstance(value, dict):
                value = _renamed(inner, value)
            elif isinstance(value, list):
                value = [_renamed(inner, v) if isinstance(v, dict) else v for v in value]
        own = field.name if field is not None else name
        if own in found:
            raise ValueError(f"Duplicate value: {own}.")
        found[own] = value
    return found


def _wrong(reason: str) -> Invalid:
    return Invalid(fields={"definitions": reason})
