"""The token forms, and the presets that fill in the first one."""

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from pydantic import Field, field_validator

from app.inputs.fields import Attributes, Input, Metadata, Name, Short, texts_by_name
from app.inputs.rooms.participants import Source
from app.inputs.rooms.rooms import RoomOptions

TTL_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
JOINING = ("room_join", "can_subscribe", "can_publish", "can_publish_data")
# Every field of MakeToken that a preset sets.
GRANTS = (
    *JOINING,
    "can_update_own_metadata",
    "can_subscribe_metrics",
    "can_manage_agent_session",
    "hidden",
    "recorder",
    "agent",
    "room_admin",
    "room_create",
    "room_list",
    "room_record",
    "ingress_admin",
    "sip_admin",
    "sip_call",
    "agent_admin",
)


@dataclass(frozen=True, slots=True)
class Preset:
    """A common type of token: what it grants, and its kind of participant."""

    label: str
    meaning: str
    grants: frozenset[str]
    kind: str = "standard"

    @property
    def values(self) -> dict[str, bool | str | list[str]]:
        """Every field that the preset sets, by name."""
        ticked = {name: name in self.grants for name in GRANTS}
        return {**ticked, "kind": self.kind, "can_publish_sources": []}

    @property
    def json(self) -> str:
        """The same values for the script that fills in the form."""
        return json.dumps(self.values)


def _joins(*more: str) -> frozenset[str]:
    return frozenset({"room_join", "can_subscribe", *more})


SENDS = ("can_publish", "can_publish_data")
# Presets of workers match LiveKit's own tokens (protocol: egress, sip, agent, each token.go).
PRESETS = {
    "publisher": Preset("Publisher", "Subscribes and publishes.", _joins(*SENDS)),
    "viewer": Preset("Viewer", "Subscribes only.", _joins()),
    "observer": Preset("Hidden observer", "Subscribes without being visible.", _joins("hidden")),
    "recorder": Preset(
        "Recorder", "Joins like an egress worker.", _joins("hidden", "recorder"), "egress"
    ),
    "agent": Preset(
        "Agent",
        "Joins as an agent and can register as a worker.",
        _joins(*SENDS, "agent", "can_update_own_metadata"),
        "agent",
    ),
    "caller": Preset(
        "SIP caller",
        "Joins like a phone call.",
        _joins(*SENDS, "can_update_own_metadata"),
        "sip",
    ),
    "sip": Preset(
        "SIP admin",
        "Manages trunks and dispatch rules, and places calls.",
        frozenset({"sip_admin", "sip_call"}),
    ),
    "room_admin": Preset(
        "Room admin", "Moderates one room through the server API.", frozenset({"room_admin"})
    ),
    "media_admin": Preset(
        "Egress and ingress admin",
        "Manages egress and ingress.",
        frozenset({"room_record", "ingress_admin"}),
    ),
}


class MakeToken(RoomOptions):
    """Create a token; by default one to join a room, subscribe and publish."""

    room: Short = ""
    identity: Short = ""
    name: str = ""
    ttl: int = Field(6, ge=1, le=10_000)
    ttl_unit: Literal["s", "min", "h", "d"] = "h"
    kind: Literal["standard", "ingress", "egress", "sip", "agent"] = "standard"
    metadata: Metadata = ""
    attributes: Attributes = "{}"
    sha256: str = ""
    room_metadata: Metadata = ""
    room_join: bool = True
    can_subscribe: bool = True
    can_publish: bool = True
    can_publish_data: bool = True
    can_publish_sources: list[Source] = Field(default_factory=list)
    can_update_own_metadata: bool = False
    can_subscribe_metrics: bool = False
    can_manage_agent_session: bool = False
    hidden: bool = False
    recorder: bool = False
    agent: bool = False
    room_admin: bool = False
    room_create: bool = False
    room_list: bool = False
    room_record: bool = False
    ingress_admin: bool = False
    sip_admin: bool = False
    sip_call: bool = False
    agent_admin: bool = False

    @field_validator("sha256")
    @classmethod
    def _is_a_digest(cls, text: str) -> str:
        try:
            octets = len(base64.b64decode(text, validate=True))
        except (binascii.Error, ValueError):
            octets = -1
        if text and octets != 32:
            raise ValueError("Enter a base64-encoded SHA-256 (32 bytes).")
        return text

    def problems(self) -> Iterable[tuple[str, str]]:
        """Yield each field that a chosen grant requires and that is empty."""
        if self.room_join and not self.identity:
            yield "identity", "An identity is required to join a room."
        if (self.room_join or self.room_admin) and not self.room:
            what = "join" if self.room_join else "moderate"
            yield "room", f"A room is required to {what} it."

    @property
    def lifetime(self) -> timedelta:
        """How long the token is valid."""
        return timedelta(seconds=self.ttl * TTL_SECONDS[self.ttl_unit])

    @property
    def granted(self) -> frozenset[str]:
        """The names of the selected grants."""
        return frozenset(name for name in GRANTS if getattr(self, name))

    @property
    def attribute_texts(self) -> dict[str, str]:
        """The attributes by their keys."""
        return texts_by_name(self.attributes)


class DecodeToken(Input):
    """Decode a token; `send` sends it to LiveKit if only LiveKit can verify it."""

    token: Name
    send: bool = False
