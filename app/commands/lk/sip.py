"""The `lk` command that does what a page about telephony does.

Syntax: livekit-cli v2, cmd/lk/sip.go. No command here holds a password; where one is to be given,
it says PASSWORD.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from app.commands.lk.writing import TEMPLATE, compact, or_none, plain_id
from app.commands.shell import UnsayableError, line
from app.inputs.fields import texts_by_name
from app.inputs.sip.calls import TransferCall
from app.inputs.sip.dial import OWN, OWN_TEXTS, TEXTS
from app.services.livekit.differences import Difference, is_secret
from app.services.livekit.redaction import HIDDEN

# A form's fields as they were typed, by their names.
Fields = Mapping[str, str | list[str]]
# What `lk sip … update` reaches by flags; it cannot empty a text, and takes the rest from a file.
FLAGS = {
    "name": "--name",
    "numbers": "--numbers",
    "address": "--address",
    "transport": "--transport",
    "destination_country": "--destination-country",
    "auth_username": "--auth-user",
    "auth_password": "--auth-pass",
}
# The fields of the form that dials, by LiveKit's names (livekit_sip.proto).
CALL = {
    "sip_call_to": "to",
    "sip_number": "number",
    "room_name": "room",
    "participant_identity": "identity",
    "participant_name": "name",
    "participant_metadata": "metadata",
}
# What lk takes neither by flags nor from a file: it writes the file's media over, and its protocol
# may be older than the user of the To header.
UNSAID = ("codecs", "only_listed_codecs", "media_timeout", "to_user")
WITH_PASSWORD = re.compile(r"<?sips?:[^:@]*:[^@]*@")  # RFC 3261, 19.1.1
TICKED = ("play_dialtone", "hide_phone_number", "krisp_enabled", "wait_until_answered")
OWN_TRUNK = ("transport", "auth_username")
# The lines of the INVITE, and the field with the name in each.
PARTIES = {"request_uri": "", "to_header": "to_name", "from_header": "from_name"}


@or_none
def list_trunks(*, kind: str = "") -> str:
    """List all trunks of a kind, or of both."""
    kinds = [kind] if kind else ["inbound", "outbound"]
    return " && ".join(line("lk", "sip", each, "list") for each in kinds)


@or_none
def create_trunk(*, kind: str, values: Mapping[str, str | Sequence[str]]) -> str:
    """Create a trunk with these fields, by LiveKit's names; a password is to be filled in."""
    told = {name: value for name, value in values.items() if value}
    if "auth_password" in told:
        told["auth_password"] = "PASSWORD"  # noqa: S105  to be filled in
    request = compact({"trunk": told})
    return line("lk", "sip", kind, "create", "/dev/stdin", stdin=request)


@or_none
def update_trunk(*, kind: str, id: str, differences: Iterable[Difference]) -> str:
    """Change these fields of a trunk; None where lk has no flag for one of them."""
    words = [word for each in differences for word in _flag(each)]
    return line("lk", "sip", kind, "update", "--id", plain_id(id), *words)


def _flag(change: Difference) -> list[str]:
    flag = FLAGS.get(change.path[0])
    if flag is None or any(HIDDEN in text for text in change.new if not change.secret):
        raise UnsayableError
    if flag == "--numbers":
        if any("," in number for number in change.new):  # lk cuts there
            raise UnsayableError
        return [word for number in change.new or ("",) for word in (flag, number)]
    if not change.new:
        raise UnsayableError
    return [flag, "PASSWORD" if change.secret else change.new[0]]


@or_none
def delete_trunk(*, kind: str, id: str) -> str:
    """Delete a trunk."""
    return line("lk", "sip", kind, "delete", plain_id(id))


@or_none
def list_rules() -> str:
    """List all dispatch rules."""
    return line("lk", "sip", "dispatch", "list")


@or_none
def create_rule(
    *, name: str, kind: str, room: str, prefix: str, trunks: Sequence[str], pin: str
) -> str:
    """Create a dispatch rule with these fields; a PIN is to be filled in."""
    named = {"direct": {"room_name": room}}.get(kind, {"room_prefix": prefix})
    own = {each: text for each, text in named.items() if text} | ({"pin": "PIN"} if pin else {})
    told = {"name": name, "rule": {f"dispatch_rule_{kind}": own}, "trunk_ids": [*trunks]}
    rule = {"dispatch_rule": {each: value for each, value in told.items() if value}}
    request = compact(rule)
    return line("lk", "sip", "dispatch", "create", "/dev/stdin", stdin=request)


@or_none
def update_rule(*, id: str, differences: Iterable[Difference]) -> str:
    """Change these fields of a dispatch rule; None where lk has no flag for one of them."""
    words = [word for each in differences for word in _rule_flag(each)]
    return line("lk", "sip", "dispatch", "update", "--id", plain_id(id), *words)


def _rule_flag(change: Difference) -> list[str]:
    if change.path == ("name",) and change.new:
        return ["--name", change.new[0]]
    if change.path == ("trunk_ids",):
        return [word for trunk in change.new or ("",) for word in ("--trunks", trunk)]
    raise UnsayableError


@or_none
def delete_rule(*, id: str) -> str:
    """Delete a dispatch rule."""
    return line("lk", "sip", "dispatch", "delete", plain_id(id))


@or_none
def create_participant(*, values: Fields) -> str:
    """Dial out as the form says; passwords, and headers that are secret, are to be filled in.

    lk takes the request as JSON, and what it would write over in it by flags: its own time to ring
    is 80 s. None where a field is not yet what LiveKit takes.
    """
    if any(map(values.get, UNSAID)) or not _text(values, "to") or not _text(values, "trunk"):
        raise UnsayableError
    try:
        attributes = texts_by_name(_text(values, "attributes"))
        texts = {name: value(_text(values, name)) for name, value in TEXTS.items()}
        trunk = _trunk_of(values)
    except ValueError:
        raise UnsayableError from None
    told: dict[str, object] = {name: _text(values, field) for name, field in CALL.items()}
    told |= trunk | _parties(values, texts) | {name: True for name in TICKED if values.get(name)}
    told["dtmf"] = _text(values, "dtmf").replace(" ", "")
    told["participant_attributes"] = attributes
    told["headers"] = {
        n: "SECRET" if is_secret("headers", n) else v for n, v in texts["headers"].items()
    }
    place = {"city": _text(values, "city"), "country": texts["country"]}
    place["region"] = _text(values, "region")
    told["destination"] = {name: text for name, text in place.items() if text}
    if _text(values, "include_headers") != "SIP_NO_HEADERS":
        told["include_headers"] = _text(values, "include_headers")
    if _text(values, "max_call_duration"):
        told["max_call_duration"] = f"{_text(values, 'max_call_duration')}s"
    request = {name: value for name, value in told.items() if value}
    text = compact(request)
    words = ["sip", "participant", "create", *_flags_of(values), "/dev/stdin"]
    return line("lk", *words, stdin=text)


def _text(values: Fields, name: str) -> str:
    value = values.get(name, "")
    return value if isinstance(value, str) else ""


def _parties(values: Fields, texts: Mapping[str, Any]) -> dict[str, object]:
    """Give the lines of the INVITE that are not LiveKit's own, by its names; empty for the rest."""
    found: dict[str, object] = {}
    for field, name in PARTIES.items():
        party = texts[field]
        if WITH_PASSWORD.match(party.address):
            raise UnsayableError
        user = {"values": {"user": party.user}} if party.user else {}
        shown = _text(values, name) if name else ""
        told = {"raw": party.address} if party.address else user
        found[f"sip_{field}"] = told | ({"display_name": shown} if shown else {})
    return found


def _trunk_of(values: Fields) -> dict[str, object]:
    if _text(values, "trunk") != OWN:
        return {"sip_trunk_id": _text(values, "trunk")}
    own = {name: _text(values, name) for name in OWN_TRUNK if _text(values, name)}
    own |= {n: value(_text(values, n)) for n, value in OWN_TEXTS.items() if _text(values, n)}
    return {
        "trunk": own | ({"auth_password": "PASSWORD"} if _text(values, "auth_password") else {})
    }


def _flags_of(values: Fields) -> Iterator[str]:
    if _text(values, "display_name"):
        yield from ("--display-name", _text(values, "display_name"))
    elif values.get("no_display_name"):
        yield "--no-display-name"
    if _text(values, "encryption"):
        yield from ("--media-enc", _text(values, "encryption"))
    seconds = _text(values, "ringing_timeout") or "30"
    if not seconds.isdecimal():
        raise UnsayableError
    yield from ("--timeout", f"{seconds}s")


@or_none
def transfer_participant(*, room: str, identity: str, values: Fields) -> str:
    """Transfer a call; None where lk has no flag for a field."""
    to = _text(values, "to")
    if _text(values, "headers") or _text(values, "ringing_timeout") or not to:
        raise UnsayableError
    if not identity or TEMPLATE.search(room) or TEMPLATE.search(identity):
        raise UnsayableError
    dialtone = ["--play-dialtone"] if values.get("play_dialtone") else []
    who = ["--room", room, "--identity", identity]
    address = TransferCall(to=to).address
    return line("lk", "sip", "participant", "transfer", *who, "--to", address, *dialtone)
