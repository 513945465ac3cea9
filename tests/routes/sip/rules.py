"""Dispatch rules as LiveKit itself has them, and the forms about them."""

from typing import Any

from google.protobuf.duration_pb2 import Duration
from livekit import api
from livekit.protocol import agent_dispatch, room, sip

from app.text.paths import sip_path
from tests.routes.asked import Ask
from tests.routes.filled import filled
from tests.routes.sip.trunks import all_rules, confirmed
from tests.support.visitor import Seen, Visitor

LIST = "/sip/rules"
NEW = "/sip/rules/-/new"
# Nothing that a rule shows of these may ever be in a page, a file or a log.
PIN = "90210417"
KEY = "storage-key-of-the-rule"
AGENTS = [
    agent_dispatch.RoomAgentDispatch(agent_name="ann", metadata='{"a":1}'),
    agent_dispatch.RoomAgentDispatch(agent_name="bob", deployment="v2", attributes={"k": "v"}),
]
RECORDING = room.RoomEgress(
    room=api.RoomCompositeEgressRequest(
        file_outputs=[
            api.EncodedFileOutput(
                filepath="calls/{room_name}",
                s3=api.S3Upload(access_key=KEY, secret=KEY, bucket="bucket"),
            )
        ]
    )
)
# All that a rule can have, but for trunks and numbers, of which each rule needs its own.
FULL: dict[str, Any] = {
    "rule": sip.SIPDispatchRule(
        dispatch_rule_individual=sip.SIPDispatchRuleIndividual(
            room_prefix="ward", pin=PIN, no_randomness=True
        )
    ),
    "inbound_numbers": ["+15557654321", "anonymous"],
    "metadata": '{"team": "a",  "n": 1.0}\r\n',
    "attributes": {"team": "support", "<b>": "o\"'n"},
    "room_preset": "preset",
    "room_config": room.RoomConfiguration(
        name="config",
        empty_timeout=60,
        departure_timeout=30,
        max_participants=4,
        metadata="of the room",
        egress=RECORDING,
        min_playout_delay=100,
        max_playout_delay=200,
        sync_streams=True,
        agents=AGENTS,
        tags={"cost": "42"},
    ),
    "media": sip.SIPMediaConfig(
        only_listed_codecs=True,
        codecs=[sip.SIPCodec(name="PCMU", rate=8000), sip.SIPCodec(name="G722")],
        encryption=sip.SIPMediaEncryption.SIP_MEDIA_ENCRYPT_REQUIRE,
        media_timeout=Duration(seconds=20, nanos=1),
    ),
    "krisp_enabled": True,
    "media_encryption": sip.SIPMediaEncryption.SIP_MEDIA_ENCRYPT_REQUIRE,
}


def direct(name: str, pin: str = "") -> Any:
    """Return what sends all callers into one room."""
    return api.SIPDispatchRule(
        dispatch_rule_direct=api.SIPDispatchRuleDirect(room_name=name, pin=pin)
    )


def kept(livekit: Ask, rule_id: str) -> Any:
    """Return the rule, or None where LiveKit has none of this id."""
    found = [info for info in all_rules(livekit) if info.sip_dispatch_rule_id == rule_id]
    return found[0] if found else None


def without_times(info: Any) -> Any:
    """Return a rule without what LiveKit sets at each change."""
    same = type(info).FromString(info.SerializeToString())
    same.ClearField("created_at")
    same.ClearField("updated_at")
    return same


def path_of(info: Any, *rest: str) -> str:
    """Return the address of a rule's page, or of what stands below it."""
    return sip_path("rules", info.sip_dispatch_rule_id, *rest)


def form(visitor: Visitor, **typed: Any) -> dict[str, Any]:
    """Return the form of a new rule as a browser sends it, with what is typed."""
    return filled(visitor.get(NEW)) | typed


def edited(visitor: Visitor, info: Any, **typed: Any) -> Seen:
    """Send the form as it is shown, with what is typed; None leaves a box unticked."""
    fields = filled(visitor.get(path_of(info, "edit"))) | typed
    return visitor.send(path_of(info, "edit"), {k: v for k, v in fields.items() if v is not None})


def saved(visitor: Visitor, info: Any, **typed: Any) -> Seen:
    """Edit, look at what would change, confirm it, and give the page that follows."""
    asked = edited(visitor, info, **typed)
    return visitor.follow(confirmed(visitor, asked, path_of(info, "edit")))
