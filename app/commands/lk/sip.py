"""The `lk` commands for telephony, made from LiveKit's own requests without their secrets.

Syntax: livekit-cli, cmd/lk/sip.go; v2.6.1 has all flags. Requests are plain objects by the names
of livekit_sip.proto. No command holds a secret: PASSWORD, PIN and SECRET are to be filled in.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.commands.lk.writing import TEMPLATE, compact, or_none, plain_id
from app.commands.shell import UnsayableError, line
from app.services.livekit.differences import Difference
from app.services.livekit.redaction import HIDDEN

Request = Mapping[str, Any]
# What `lk sip … update` changes with flags. It cannot empty a text or a list.
FLAGS = {
    "name": "--name",
    "numbers": "--numbers",
    "address": "--address",
    "transport": "--transport",
    "destination_country": "--destination-country",
    "auth_username": "--auth-user",
    "auth_password": "--auth-pass",
}
# Fields of a call that are flags, because lk overwrites those of its request.
CALL_FLAGS = frozenset({"display_name", "media", "ringing_timeout"})
RINGING = "30s"  # livekit-sip's own; that of lk is 80 s
# The protocol of lk may be older than this field.
NEWER = "to_user_override"
HEADERS = ("sip_request_uri", "sip_from_header", "sip_to_header")
WITH_PASSWORD = re.compile(r"<?sips?:[^:@]*:[^@]*@", re.IGNORECASE)  # RFC 3261, 19.1.1


@or_none
def list_trunks(*, kind: str = "") -> str:
    """List all trunks of a kind, or of both."""
    kinds = [kind] if kind else ["inbound", "outbound"]
    return " && ".join(line("lk", "sip", each, "list") for each in kinds)


@or_none
def create_trunk(*, kind: str, trunk: Request) -> str:
    """Create a trunk."""
    request = _without_hidden({"trunk": trunk})
    return line("lk", "sip", kind, "create", "/dev/stdin", stdin=compact(request))


@or_none
def update_trunk(*, kind: str, id: str, differences: Iterable[Difference]) -> str:
    """Change these fields of a trunk; None if lk has no flag for one of them."""
    words = [word for each in differences for word in _flag(each)]
    return line("lk", "sip", kind, "update", "--id", plain_id(id), *words)


def _flag(change: Difference) -> list[str]:
    flag = FLAGS.get(change.path[0])
    if flag is None or not change.new:
        raise UnsayableError
    if any(HIDDEN in text for text in change.new if not change.secret):
        raise UnsayableError
    if flag == "--numbers":
        if any("," in number for number in change.new):  # lk splits at commas
            raise UnsayableError
        return [word for number in change.new for word in (flag, number)]
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
def create_rule(*, rule: Request) -> str:
    """Create a dispatch rule."""
    request = _without_hidden({"dispatch_rule": rule})
    return line("lk", "sip", "dispatch", "create", "/dev/stdin", stdin=compact(request))


@or_none
def update_rule(*, id: str, differences: Iterable[Difference]) -> str:
    """Change these fields of a dispatch rule; None if lk has no flag for one of them."""
    words = [word for each in differences for word in _rule_flag(each)]
    return line("lk", "sip", "dispatch", "update", "--id", plain_id(id), *words)


def _rule_flag(change: Difference) -> list[str]:
    if change.path == ("name",) and change.new:
        return ["--name", change.new[0]]
    if change.path == ("trunk_ids",) and change.new:
        return [word for trunk in change.new for word in ("--trunks", trunk)]
    raise UnsayableError


@or_none
def delete_rule(*, id: str) -> str:
    """Delete a dispatch rule."""
    return line("lk", "sip", "dispatch", "delete", plain_id(id))


@or_none
def create_participant(*, request: Request) -> str:
    """Place a call; None if lk would lose a field of it."""
    if NEWER in request or request.get("media", {}).keys() - {"encryption"}:
        raise UnsayableError
    if any(WITH_PASSWORD.match(request.get(name, {}).get("raw", "")) for name in HEADERS):
        raise UnsayableError
    words = ["sip", "participant", "create", *_call_flags(request), "/dev/stdin"]
    rest = {name: value for name, value in request.items() if name not in CALL_FLAGS}
    return line("lk", *words, stdin=compact(_without_hidden(rest)))


def _call_flags(request: Request) -> Iterator[str]:
    if request.get("display_name"):
        yield from ("--display-name", request["display_name"])
    elif "display_name" in request:
        yield "--no-display-name"
    encryption = request.get("media", {}).get("encryption")
    if encryption:
        yield from ("--media-enc", encryption)
    yield from ("--timeout", request.get("ringing_timeout", RINGING))


@or_none
def transfer_participant(*, request: Request) -> str:
    """Transfer a call; None if lk has no flag for a field."""
    room, identity = request.get("room_name", ""), request.get("participant_identity", "")
    if request.get("headers") or request.get("ringing_timeout"):
        raise UnsayableError
    if not identity or TEMPLATE.search(room) or TEMPLATE.search(identity):
        raise UnsayableError
    dialtone = ["--play-dialtone"] if request.get("play_dialtone") else []
    who = ["--room", room, "--identity", identity, "--to", request["transfer_to"]]
    return line("lk", "sip", "participant", "transfer", *who, *dialtone)


def _without_hidden(request: Request) -> Request:
    """Refuse a request with a masked secret that has no placeholder."""
    if HIDDEN in compact(request):
        raise UnsayableError
    return request
