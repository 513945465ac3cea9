"""Trunks and dispatch rules as LiveKit itself has them, and the forms about them."""

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.duration_pb2 import Duration
from livekit import api
from livekit.protocol import sip

from app.text.paths import sip_path
from tests.routes.asked import Ask, phone_number
from tests.routes.filled import filled
from tests.support.visitor import Seen, Visitor

NEW = "/sip/trunks/-/new"
# Nothing that a trunk shows of these may ever be in a page, a file or a log.
PASSWORD = "pass-word-of-the-trunk"
TOKEN = "to-ken-of-a-header"
HEADERS = {"X-Customer": "42; a=b", "X-Auth-Token": TOKEN}
COMMON: dict[str, Any] = {
    "metadata": '{"team": "a",  "n": 1.0}\r\n',
    "auth_username": "user & <b>",
    "auth_password": PASSWORD,
    "headers": HEADERS,
    "headers_to_attributes": {"X-From": "caller=id", "P-Asserted-Identity": "pai"},
    "attributes_to_headers": {"call=result": "X-Result"},
    "include_headers": sip.SIPHeaderOptions.SIP_ALL_HEADERS,
    "media": sip.SIPMediaConfig(
        only_listed_codecs=True,
        codecs=[sip.SIPCodec(name="PCMU", rate=8000), sip.SIPCodec(name="G722")],
        encryption=sip.SIPMediaEncryption.SIP_MEDIA_ENCRYPT_REQUIRE,
        media_timeout=Duration(seconds=20, nanos=1),
    ),
}
INBOUND: dict[str, Any] = COMMON | {
    "allowed_addresses": ["203.0.113.0/24", "sip.example.com"],
    "allowed_numbers": ["+1 (555) 765-4321"],
    "auth_realm": "example.com",
    "ringing_timeout": Duration(seconds=30, nanos=500_000_001),
    "max_call_duration": Duration(seconds=3600),
    "krisp_enabled": True,
    "ringing_timeout_status": sip.SIPStatusCode.SIP_STATUS_BUSY_HERE,
}
OUTBOUND: dict[str, Any] = COMMON | {
    "address": "sip.example.com:5061",
    "destination_country": "de",
    "from_host": "calls.example.com",
    "media_encryption": sip.SIPMediaEncryption.SIP_MEDIA_ENCRYPT_ALLOW,
}


def kept(livekit: Ask, trunk_id: str) -> Any:
    """Return the trunk, or None where LiveKit has none of this id."""
    found = [info for info in all_trunks(livekit) if info.sip_trunk_id == trunk_id]
    return found[0] if found else None


def all_trunks(livekit: Ask, part: str = "") -> list[Any]:
    """Return the trunks of both kinds with `part` in their name."""
    found = [
        *livekit("sip.list_inbound_trunk", api.ListSIPInboundTrunkRequest()).items,
        *livekit("sip.list_outbound_trunk", api.ListSIPOutboundTrunkRequest()).items,
    ]
    return [info for info in found if part in info.name]


def all_rules(livekit: Ask, part: str = "") -> list[Any]:
    """Return the dispatch rules with `part` in their name."""
    found = livekit("sip.list_dispatch_rule", api.ListSIPDispatchRuleRequest()).items
    return [info for info in found if part in info.name]


def make_rule(livekit: Ask, name: str, trunk_ids: list[str], **fields: Any) -> Any:
    """Create a rule that lets callers of these trunks into a room of its name."""
    direct = api.SIPDispatchRuleDirect(room_name=name)
    own: dict[str, Any] = {
        "rule": api.SIPDispatchRule(dispatch_rule_direct=direct),
        "inbound_numbers": [phone_number()],  # else two of one trunk are in each other's way
    } | fields
    rule = api.SIPDispatchRuleInfo(name=name, trunk_ids=trunk_ids, **own)
    return livekit("sip.create_dispatch_rule", api.CreateSIPDispatchRuleRequest(dispatch_rule=rule))


def clear(livekit: Ask, part: str) -> None:
    """Delete the trunks and rules with `part` in their name."""
    for trunk in all_trunks(livekit, part):
        livekit("sip.delete_trunk", api.DeleteSIPTrunkRequest(sip_trunk_id=trunk.sip_trunk_id))
    for rule in all_rules(livekit, part):
        request = api.DeleteSIPDispatchRuleRequest(sip_dispatch_rule_id=rule.sip_dispatch_rule_id)
        livekit("sip.delete_dispatch_rule", request)


def own_name(stem: str) -> Any:
    """Make a fixture: a name of the test's own; trunks and rules with it in theirs go after it."""

    @pytest.fixture
    def name(livekit: Ask) -> Iterator[str]:
        own = f"{stem}-{secrets.token_hex(4)}"
        yield own
        clear(livekit, own)

    return name


def path_of(info: Any, *rest: str) -> str:
    """Return the address of a trunk's page, or of what stands below it."""
    return sip_path("trunks", info.sip_trunk_id, *rest)


def form(visitor: Visitor, kind: str, **typed: str) -> dict[str, Any]:
    """Return the form of a new trunk as a browser sends it, with what is typed."""
    return filled(visitor.get(f"{NEW}?kind={kind}")) | typed


def edited(visitor: Visitor, info: Any, **typed: str | None) -> Seen:
    """Send the form as it is shown, with what is typed; None leaves a box unticked."""
    fields = filled(visitor.get(path_of(info, "edit"))) | typed
    return visitor.send(path_of(info, "edit"), {k: v for k, v in fields.items() if v is not None})


def confirmed(visitor: Visitor, asked: Seen, path: str) -> Seen:
    """Send the page that asks as it came."""
    assert asked.status == 200, (asked.status, asked.text)
    fields = filled(asked)
    assert "seen" in fields, asked.text
    return visitor.send(path, fields)


def saved(visitor: Visitor, info: Any, **typed: str | None) -> Seen:
    """Edit, look at what would change, confirm it, and give the page that follows."""
    asked = edited(visitor, info, **typed)
    return visitor.follow(confirmed(visitor, asked, path_of(info, "edit")))
