"""The events that LiveKit sends as webhooks, why one is refused, and what came of a test."""

from enum import StrEnum


class WebhookEvent(StrEnum):
    """The twelve events that livekit-server sends (protocol, webhook/consts.go)."""

    ROOM_STARTED = "room_started"
    ROOM_FINISHED = "room_finished"
    PARTICIPANT_JOINED = "participant_joined"
    PARTICIPANT_LEFT = "participant_left"
    PARTICIPANT_CONNECTION_ABORTED = "participant_connection_aborted"
    TRACK_PUBLISHED = "track_published"
    TRACK_UNPUBLISHED = "track_unpublished"
    EGRESS_STARTED = "egress_started"
    EGRESS_UPDATED = "egress_updated"
    EGRESS_ENDED = "egress_ended"
    INGRESS_STARTED = "ingress_started"
    INGRESS_ENDED = "ingress_ended"


class Refusal(StrEnum):
    """Why a webhook is not accepted."""

    NO_TOKEN = "no_token"  # noqa: S105
    MALFORMED = "malformed_token"
    UNKNOWN_KEY = "unknown_key"
    WRONG_SIGNATURE = "wrong_signature"
    EXPIRED = "expired"
    NO_HASH = "no_hash"
    WRONG_BODY = "wrong_body"


class Delivery(StrEnum):
    """What came of a test event."""

    RECEIVED = "received"
    ELSEWHERE = "elsewhere"
    REFUSED = "refused"
    REDIRECTED = "redirected"
    NOT_FOUND = "not_found"
    OTHER = "other"
    BUSY = "busy"
    TLS = "tls"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
