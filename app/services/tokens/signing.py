"""Making tokens, signed here with the API secret; LiveKit is not asked."""

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

# What a token without the claim allows; so it is always said.
ALLOWED_UNSAID = frozenset({"can_publish", "can_subscribe", "can_publish_data"})
NO_OPTIONS = RoomOptions()
ELSEWHERE = frozenset({"sip_admin", "sip_call", "agent_admin"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """What a token is made of; `grants` by the names of the SDK's grants, sip_ and agent_ first."""

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
    """A signed token; whoever has `text` may do what it says until `expires`."""

    text: str
    expires: datetime
    ttl: timedelta
    claims: Mapping[str, Any]


def sign(settings: Settings, wanted: NewToken) -> SignedToken:
    """Sign a token for `wanted`. Raises Invalid where its room options are none, or hold keys."""
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
    """Sign the claims of another token anew, so that they hold no longer than `ttl`."""
    ends = int((datetime.now(UTC) + ttl).timestamp())
    secret = settings.livekit_api_secret.get_secret_value()
    return jwt.encode({**claims, "exp": ends}, secret, algorithm="HS256")


def _signed(text: str, ttl: timedelta) -> SignedToken:
    claims: dict[str, Any] = jwt.decode(text, options={"verify_signature": False})
    return SignedToken(text, datetime.fromtimestamp(claims["exp"], UTC), ttl, claims)


def _video(wanted: NewToken) -> VideoGrants:
    said: dict[str, bool | None] = dict.fromkeys(wanted.grants - ELSEWHERE, True)
    said |= {name: name in wanted.grants for name in ALLOWED_UNSAID}
    sources = list(wanted.sources) or None
    return VideoGrants(room=wanted.room, can_publish_sources=sources, **cast(Any, said))


def _room_config(options: RoomOptions) -> RoomConfiguration | None:
    """Give the configuration of the room that the token opens; None where nothing is set.

    Whoever holds a token can read it: no key of a storage or stream goes into one, as LiveKit's
    own SDK has it (protocol, auth/grants.go, CheckCredentials).
    """
    if options == NO_OPTIONS:
        return None
    config = RoomConfiguration(**options.fields())
    egress = config.egress
    if redaction.plain(egress) != MessageToDict(egress, preserving_proto_field_name=True):
        problem = "There is a key or password in it, and whoever has the token can read it."
        raise Invalid(fields={"egress": f"{problem} Keep it in the worker's configuration."})
    return config
