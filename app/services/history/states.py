"""Why participants left and rooms ended, as LiveKit names it, and what became of calls."""

from enum import StrEnum
from typing import TypeVar

from app.services.livekit.enums import Newer


class LeaveReason(StrEnum):
    """Why a participant left (livekit_models.proto, DisconnectReason)."""

    UNKNOWN = "unknown_reason"
    CLIENT_INITIATED = "client_initiated"
    DUPLICATE_IDENTITY = "duplicate_identity"
    SERVER_SHUTDOWN = "server_shutdown"
    PARTICIPANT_REMOVED = "participant_removed"
    ROOM_DELETED = "room_deleted"
    STATE_MISMATCH = "state_mismatch"
    JOIN_FAILURE = "join_failure"
    MIGRATION = "migration"
    SIGNAL_CLOSE = "signal_close"
    ROOM_CLOSED = "room_closed"
    USER_UNAVAILABLE = "user_unavailable"
    USER_REJECTED = "user_rejected"
    SIP_TRUNK_FAILURE = "sip_trunk_failure"
    CONNECTION_TIMEOUT = "connection_timeout"
    MEDIA_FAILURE = "media_failure"
    AGENT_ERROR = "agent_error"


# A connection that ended in one of these was lost: nobody ended it on purpose.
LOST = frozenset(
    {
        LeaveReason.STATE_MISMATCH,
        LeaveReason.JOIN_FAILURE,
        LeaveReason.SIGNAL_CLOSE,
        LeaveReason.SIP_TRUNK_FAILURE,
        LeaveReason.CONNECTION_TIMEOUT,
        LeaveReason.MEDIA_FAILURE,
        LeaveReason.AGENT_ERROR,
    }
)


class RoomEnd(StrEnum):
    """Why a room ended (livekit_models.proto, RoomEndReason)."""

    UNKNOWN = "unknown"
    API_DELETE = "api_delete"
    IDLE_TIMEOUT = "idle_timeout"
    SERVER_SHUTDOWN = "server_shutdown"
    SUPERSEDED = "superseded"
    OPEN_FAILED = "open_failed"


class CallResult(StrEnum):
    """What became of a call, as far as it is known."""

    OPEN = "open"
    ANSWERED = "answered"
    ENDED = "ended"
    REJECTED = "rejected"
    UNANSWERED = "unanswered"
    FAILED = "failed"


# Calls that were never a conversation, or that broke.
NOT_CONNECTED = {
    LeaveReason.USER_REJECTED: CallResult.REJECTED,
    LeaveReason.USER_UNAVAILABLE: CallResult.UNANSWERED,
    LeaveReason.SIP_TRUNK_FAILURE: CallResult.FAILED,
    LeaveReason.JOIN_FAILURE: CallResult.FAILED,
    LeaveReason.MEDIA_FAILURE: CallResult.FAILED,
    LeaveReason.CONNECTION_TIMEOUT: CallResult.FAILED,
}

# Kinds of participants that are neither people nor calls (ParticipantInfo.Kind).
AGENT = "AGENT"
NOT_PEOPLE = frozenset({AGENT, "EGRESS", "INGRESS"})


class Source(StrEnum):
    """What a track carries (livekit_models.proto, TrackSource)."""

    UNKNOWN = "unknown"
    CAMERA = "camera"
    MICROPHONE = "microphone"
    SCREEN_SHARE = "screen_share"
    SCREEN_SHARE_AUDIO = "screen_share_audio"


Kind = TypeVar("Kind", bound=StrEnum)


def named(kind: type[Kind], name: str, *, strip: str = "") -> Kind | Newer:
    """Return the member of `kind` with a name, in any case, without `strip` before it.

    No name is what LiveKit leaves out of JSON: the first member. One that this build doesn't know
    stays visible as Newer.
    """
    plain = name.lower().replace(" ", "_").removeprefix(strip.lower())
    members = {member.value: member for member in kind}
    return members.get(plain) or (Newer(plain) if plain else next(iter(kind)))
