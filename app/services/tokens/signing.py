"""Sign tokens with the API secret; no call to LiveKit is needed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import jwt
from google.protobuf.json_format import MessageToDict
from livekit.api import AccessToken, AgentGrants, RoomConfiguration, SIPGrants, VideoGrants

from app.config.settings import Settings
from app.errors import Invalid
from app.services.livekit import redaction
from app.services.rooms.new_room import RoomOptions

# Grants that default to allowed, so a token always states them.
ALLOWED_BY_DEFAULT = frozenset({"can_publish", "can_subscribe", "can_publish_data"})
NO_OPTIONS = RoomOptions()
NOT_VIDEO = frozenset({"sip_admin", "sip_call", "agent_admin"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """The content of a token; `grants` are the SDK's names, prefixed by sip_ and agent_."""

    ttl: timedelta
    grants: frozenset[str]
    room: str = ""
    identity: str = ""
    name: str = ""
    kind: str = "standard"
    metadata: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    sha256: str = ""
    room_preset: str = ""
    room_options: RoomOptions = NO_OPTIONS


@dataclass(frozen=True, slots=True)
class SignedToken:
    """A signed token; anyone who has `text` can use it from `begins` until `expires`."""

    text: str
    begins: datetime
    expires: datetime
    ttl: timedelta
    claims: Mapping[str, Any]


def sign(settings: Settings, wanted: NewToken) -> SignedToken:
    """Sign a token. Raises Invalid if its room options are invalid or contain keys."""
    token = AccessToken(
        settings.livekit_api_key, settings.livekit_api_secret.get_secret_value()
    ).with_grants(_video(wanted))
    token.ttl, token.identity = wanted.ttl, wanted.identity
    claims = token.claims
    claims.name, claims.metadata = wanted.name, wanted.metadata
    claims.kind = wanted.kind if wanted.kind != "standard" else ""
    claims.sha256, claims.room_preset = wanted.sha256, wanted.room_preset
    claims.attributes = dict(wanted.attributes) or None
    if wanted.grants & {"sip_admin", "sip_call"}:
        claims.sip = SIPGrants(admin="sip_admin" in wanted.grants, call="sip_call" in wanted.grants)
    if "agent_admin" in wanted.grants:
        claims.agent = AgentGrants(admin=True)
    claims.room_config = _room_config(wanted.room_options)
    return _signed(token.to_jwt(), wanted.ttl)


def renewed(settings: Settings, claims: Mapping[str, Any], ttl: timedelta) -> str:
    """Sign the claims of another token again, so that they expire after `ttl`."""
    ends = int((datetime.now(UTC) + ttl).timestamp())
    secret = settings.livekit_api_secret.get_secret_value()
    return jwt.encode({**claims, "exp": ends}, secret, algorithm="HS256")


def _signed(text: str, ttl: timedelta) -> SignedToken:
    claims: dict[str, Any] = jwt.decode(text, options={"verify_signature": False})
    begins, expires = (datetime.fromtimestamp(claims[name], UTC) for name in ("nbf", "exp"))
    return SignedToken(text, begins, expires, ttl, claims)


def _video(wanted: NewToken) -> VideoGrants:
    grants: dict[str, bool | None] = dict.fromkeys(wanted.grants - NOT_VIDEO, True)
    grants |= {name: name in wanted.grants for name in ALLOWED_BY_DEFAULT}
    sources = list(wanted.sources) or None
    return VideoGrants(room=wanted.room, can_publish_sources=sources, **cast(Any, grants))


def _room_config(options: RoomOptions) -> RoomConfiguration | None:
    """Return the configuration of the room that the token opens, or None if nothing is set.

    Tokens are readable, so storage and stream keys are refused, as in LiveKit's own SDK (protocol,
    auth/grants.go, CheckCredentials).
    """
    if options == NO_OPTIONS:
        return None
    config = RoomConfiguration(**options.fields())
    egress = config.egress
    if redaction.plain(egress) != MessageToDict(egress, preserving_proto_field_name=True):
        problem = "Contains a key or password, which anyone who has the token can read."
        advice = "Configure it in the egress worker instead."
        raise Invalid(fields={"egress": f"{problem} {advice}"})
    return config
