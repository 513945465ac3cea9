"""Receive a webhook: whose it is, whether it is genuine, and what it is about.

Only its envelope is read here, so that an event of a newer LiveKit is kept as it came. Rules:
protocol, webhook/verifier.go: an HS256 token in the Authorization header, whose `sha256` is the
base64 of the body's digest.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.errors import NotSignedIn
from app.services.livekit.times import from_seconds
from app.services.webhooks.signed_tokens import DoubtedError, SigningKey, read_token
from app.services.webhooks.states import Refusal, WebhookEvent

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # stands for a moment that the event doesn't say
TEST_ID = "EV_test_"  # how the IDs of the dashboard's own test events begin
ABOUT = (  # what an event is about, and the member that has its name
    ("egressInfo", "egressId"),
    ("ingressInfo", "ingressId"),
    ("track", "sid"),
    ("participant", "sid"),
    ("room", "sid"),
)


class WebhookRefused(NotSignedIn):
    """LiveKit did not sign this webhook with a key of this dashboard."""

    title = "Webhook refused"
    advice = (
        "Use the dashboard's API key and secret for webhook.api_key in LiveKit's configuration."
    )

    def __init__(self, why: Refusal, issuer: str = "") -> None:
        super().__init__(f"The webhook was refused: {why.replace('_', ' ')}.", challenge="LiveKit")
        self.why = why
        self.issuer = issuer


@dataclass(frozen=True, slots=True)
class ReceivedWebhook:
    """A genuine webhook, its body as it came; `created_at` is EPOCH if the event doesn't say.

    `resource` is the SID or ID of what it is about.
    """

    server: str
    event_id: str
    event: str
    created_at: datetime
    received_at: datetime
    room: str
    room_sid: str
    identity: str
    resource: str
    body: str

    @property
    def is_test(self) -> bool:
        """True for an event that the dashboard sent itself, to test that it arrives."""
        return self.event_id.startswith(TEST_ID)

    @property
    def topics(self) -> frozenset[str]:
        """Return the topics whose pages may show something else now."""
        area = self.event.partition("_")[0]
        topics = {"webhooks"}
        if self.room:
            topics.add(f"room:{self.room}")
        match area:
            case "egress" | "ingress":
                topics |= {area, f"{area}:{self.resource}", "sessions"}
            case "room" | "participant" | "track":
                topics |= {"rooms", "sessions"}
        if area == "participant" or self.event == WebhookEvent.ROOM_FINISHED:
            topics |= {"participants", "agents", "calls"}
        return frozenset(topics)


def verified(
    keys: Mapping[str, SigningKey], authorization: str, body: bytes, now: datetime
) -> ReceivedWebhook:
    """Return the webhook that a key of `keys`, by API key, has signed. Raises WebhookRefused."""
    if not authorization:
        raise WebhookRefused(Refusal.NO_TOKEN)
    try:
        token = read_token(keys, authorization)
    except DoubtedError as doubted:
        raise WebhookRefused(Refusal(doubted.why), doubted.issuer) from None
    _check_hash(token.claims, body, token.issuer)
    return read(token.server, body, now)


def _check_hash(claims: Mapping[str, Any], body: bytes, issuer: str) -> None:
    signed = claims.get("sha256")
    if not isinstance(signed, str) or not signed:
        raise WebhookRefused(Refusal.NO_HASH, issuer)
    try:
        digest = base64.b64decode(signed, validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if not hmac.compare_digest(digest, hashlib.sha256(body).digest()):
        raise WebhookRefused(Refusal.WRONG_BODY, issuer)


def read(server: str, body: bytes, now: datetime) -> ReceivedWebhook:
    """Read the envelope; what isn't there is empty, because a signed event is never refused."""
    text = body.decode("utf-8", "replace")
    event = _parsed(text)
    room, participant = _part(event, "room"), _part(event, "participant")
    job = _part(event, "egressInfo") or _part(event, "ingressInfo")
    return ReceivedWebhook(
        server=server,
        event_id=_text(event, "id") or f"sha256:{hashlib.sha256(body).hexdigest()[:48]}",
        event=_text(event, "event"),
        created_at=_moment(event.get("createdAt")),
        received_at=now,
        room=_text(room, "name") or _text(job, "roomName"),
        room_sid=_text(room, "sid") or _text(job, "roomId"),
        identity=_text(participant, "identity"),
        resource=next(filter(None, (_text(_part(event, p), name) for p, name in ABOUT)), ""),
        body=text,
    )


def _parsed(text: str) -> dict[str, Any]:
    try:
        event = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return event if isinstance(event, dict) else {}


def _part(event: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = event.get(name)
    return part if isinstance(part, dict) else {}


def _text(part: Mapping[str, Any], name: str) -> str:
    value = part.get(name)
    return value if isinstance(value, str) else ""


def _moment(seconds: object) -> datetime:
    """Return a moment of protobuf's JSON, which has whole seconds as a string."""
    try:
        return from_seconds(int(seconds)) or EPOCH  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError):
        return EPOCH
