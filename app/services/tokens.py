"""Join tokens, signed here with the API secret; LiveKit is not asked."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from livekit.api import AccessToken, VideoGrants

from app.settings import Settings


@dataclass(frozen=True, slots=True)
class JoinToken:
    """What a join token is made of."""

    room: str
    identity: str
    name: str
    ttl: timedelta
    metadata: str
    can_publish: bool
    can_subscribe: bool
    can_publish_data: bool
    hidden: bool
    room_admin: bool

    @property
    def grants(self) -> dict[str, bool]:
        """The video grants by their names in the token."""
        return {
            "roomJoin": True,
            "canPublish": self.can_publish,
            "canSubscribe": self.can_subscribe,
            "canPublishData": self.can_publish_data,
            "hidden": self.hidden,
            "roomAdmin": self.room_admin,
        }


@dataclass(frozen=True, slots=True)
class SignedToken:
    """A signed token; whoever has `text` can join until `expires`."""

    text: str
    expires: datetime
    claims: str


def sign(settings: Settings, wanted: JoinToken) -> SignedToken:
    """Sign a token for `wanted`."""
    grants = VideoGrants(
        room_join=True,
        room=wanted.room,
        can_publish=wanted.can_publish,
        can_subscribe=wanted.can_subscribe,
        can_publish_data=wanted.can_publish_data,
        hidden=wanted.hidden or None,
        room_admin=wanted.room_admin or None,
    )
    token = AccessToken(
        settings.livekit_api_key, settings.livekit_api_secret.get_secret_value()
    ).with_identity(wanted.identity)
    token = token.with_grants(grants).with_ttl(wanted.ttl)
    if wanted.name:
        token = token.with_name(wanted.name)
    if wanted.metadata:
        token = token.with_metadata(wanted.metadata)
    text = token.to_jwt()
    claims: dict[str, Any] = jwt.decode(text, options={"verify_signature": False})
    return SignedToken(
        text=text,
        expires=datetime.fromtimestamp(claims["exp"], UTC),
        claims=json.dumps(claims, indent=2, ensure_ascii=False),
    )
