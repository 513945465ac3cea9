"""A dispatch rule as JSON, as LiveKit's API has it, its secrets covered; and back.

Field names are those of livekit_sip.proto. What is covered stands as dots: left as they are, the
stored secret stays (`whole`). Id and times, which nobody can set, are left out.
"""

import copy
from typing import Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from livekit.api import SIPDispatchRuleInfo
from livekit.protocol.room import RoomConfiguration

from app.services.livekit import redaction
from app.services.livekit.from_json import HALF, built, holds_half
from app.services.livekit.redaction import AGAIN, HIDDEN
from app.text.json_text import indented, not_json, strict

Plain = dict[str, Any]
SET_BY_LIVEKIT = ("sip_dispatch_rule_id", "created_at", "updated_at")
MAPS = frozenset({"attributes", "tags"})
LEFT_OUT = {*SET_BY_LIVEKIT, "sipDispatchRuleId", "createdAt", "updatedAt"}
# Parts of which each field is a thing of its own, when two people change a rule at a time.
PARTS = MAPS | {"room_config", "media"}


def plain(info: SIPDispatchRuleInfo) -> Plain:
    """Return a rule as JSON's objects: PIN and storage credentials covered."""
    shown = _opened(info)
    for own in shown.get("rule", {}).values():
        if own.get("pin"):
            own["pin"] = HIDDEN
    if info.room_config.HasField("egress"):
        shown["room_config"]["egress"] = egress(info.room_config)
    return shown


def egress(config: RoomConfiguration) -> Plain:
    """Return what a room records automatically, storage credentials covered."""
    return redaction.plain(config.egress)


def text(shown: Plain) -> str:
    """Return JSON to read."""
    return indented(shown)


def read(typed: str) -> Plain:
    """Return typed JSON as objects, by the names of the .proto. Raises ValueError with the reason.

    A CreateSIPDispatchRuleRequest around the rule, as `lk` takes it, is taken off.
    """
    try:
        given = strict(typed, _once)
    except (ValueError, RecursionError) as error:
        raise ValueError(not_json(error)) from error
    if isinstance(given, dict) and list(given) in (["dispatch_rule"], ["dispatchRule"]):
        (given,) = given.values()
    return canonical(given)


def canonical(given: Plain) -> Plain:
    """Return objects as LiveKit's own JSON has them. Raises WrongPartError for others."""
    return _opened(_message(given))


def whole(given: Plain, stored: SIPDispatchRuleInfo | None = None) -> SIPDispatchRuleInfo:
    """Return the message; covered secrets, id, times and unknown fields are those of `stored`.

    Raises ValueError for a covered secret that `stored` does not have.
    """
    base = SIPDispatchRuleInfo() if stored is None else stored
    before = _opened(base)
    given = copy.deepcopy(given)
    for own in given.get("rule", {}).values():
        if own.get("pin") == HIDDEN:
            own["pin"] = _pin(before)
        elif HIDDEN in own.get("pin", ""):
            raise ValueError(AGAIN)
    config = given.get("room_config", {})
    if "egress" in config:
        kept = before.get("room_config", {}).get("egress")
        config["egress"] = redaction.uncovered(config["egress"], kept)
    message, fresh = SIPDispatchRuleInfo(), _message(given)
    message.CopyFrom(base)
    if message.rule.WhichOneof("rule") is None and fresh.rule.WhichOneof("rule"):
        message.ClearField("rule")  # a kind that is newer would go before the one that is given
    _empty(message, fresh)
    message.MergeFrom(fresh)
    return message


def over(stored: Plain, before: Plain, after: Plain) -> Plain:
    """Lay what was changed from `before` to `after` over what is stored by now."""
    found = dict(stored)
    for name in [*before, *(name for name in after if name not in before)]:
        was, now, there = (side.get(name) for side in (before, after, stored))
        if was == now:
            continue
        parts = [side for side in (there, was, now) if isinstance(side, dict)]
        if name in PARTS and len(parts) == 3:
            found[name] = over(*parts)
        elif name in after:
            found[name] = now
        else:
            found.pop(name, None)
    return found


def asks_pin(rule: Plain) -> bool:
    """Return whether a rule asks for a PIN, covered or not."""
    return any(own.get("pin") for own in rule.get("rule", {}).values())


def _empty(message: Message, fresh: Message) -> None:
    """Clear what this build knows; parts that `fresh` has too keep what it does not know."""
    for known in message.DESCRIPTOR.fields:
        name = known.name
        if name in SET_BY_LIVEKIT:
            continue
        nested = known.message_type is not None and not known.is_repeated
        if nested and message.HasField(name) and fresh.HasField(name):
            _empty(getattr(message, name), getattr(fresh, name))
        else:
            message.ClearField(name)


def _pin(opened: Plain) -> str:
    for own in opened.get("rule", {}).values():
        if own.get("pin"):
            return str(own["pin"])
    raise ValueError(AGAIN)


def _opened(info: SIPDispatchRuleInfo) -> Plain:
    """Return a rule as JSON's objects with its secrets, its maps in the order of their keys."""
    shown: Plain = MessageToDict(info, preserving_proto_field_name=True)
    return {
        name: _sorted(name, value) for name, value in shown.items() if name not in SET_BY_LIVEKIT
    }


def _sorted(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        keys = sorted(value) if name in MAPS else value
        return {key: _sorted(key, value[key]) for key in keys}
    return [_sorted("", each) for each in value] if isinstance(value, list) else value


def _message(given: Any) -> SIPDispatchRuleInfo:
    if not isinstance(given, dict):
        return built(given, SIPDispatchRuleInfo())
    settable = {name: value for name, value in given.items() if name not in LEFT_OUT}
    return built(settable, SIPDispatchRuleInfo())


def _once(pairs: list[tuple[str, Any]]) -> Plain:
    given = dict(pairs)
    if len(given) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(
            HALF.removesuffix(".") if holds_half(twice) else f"Duplicate name: {twice}"
        )
    return given
