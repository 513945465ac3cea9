"""The `lk` command that does what a page about telephony does.

Syntax: livekit-cli v2, cmd/lk/sip.go. No command here holds a password; where one is to be given,
it says PASSWORD.
"""

import json
from collections.abc import Iterable, Mapping, Sequence

from app.lk import or_none
from app.services.differences import Difference
from app.services.redaction import HIDDEN
from app.shell import PLAIN, UnsayableError, line

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


def _id(sip_id: str) -> str:
    if not PLAIN.fullmatch(sip_id) or sip_id[0] == "-":
        raise UnsayableError
    return sip_id


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
    request = json.dumps({"trunk": told}, separators=(",", ":"), ensure_ascii=False)
    return line("lk", "sip", kind, "create", "/dev/stdin", stdin=request)


@or_none
def update_trunk(*, kind: str, id: str, differences: Iterable[Difference]) -> str:
    """Change these fields of a trunk; None where lk has no flag for one of them."""
    words = [word for each in differences for word in _flag(each)]
    return line("lk", "sip", kind, "update", "--id", _id(id), *words)


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
    return line("lk", "sip", kind, "delete", _id(id))


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
    request = json.dumps(rule, separators=(",", ":"), ensure_ascii=False)
    return line("lk", "sip", "dispatch", "create", "/dev/stdin", stdin=request)


@or_none
def update_rule(*, id: str, differences: Iterable[Difference]) -> str:
    """Change these fields of a dispatch rule; None where lk has no flag for one of them."""
    words = [word for each in differences for word in _rule_flag(each)]
    return line("lk", "sip", "dispatch", "update", "--id", _id(id), *words)


def _rule_flag(change: Difference) -> list[str]:
    if change.path == ("name",) and change.new:
        return ["--name", change.new[0]]
    if change.path == ("trunk_ids",):
        return [word for trunk in change.new or ("",) for word in ("--trunks", trunk)]
    raise UnsayableError


@or_none
def delete_rule(*, id: str) -> str:
    """Delete a dispatch rule."""
    return line("lk", "sip", "dispatch", "delete", _id(id))
