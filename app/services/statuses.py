"""The states that LiveKit tells as numbers, by name; `unknown` is one newer than this build."""

from enum import StrEnum
from typing import Any


def name_of(enum: Any, number: int) -> str:
    """Give the name that a protobuf enum has for a number; the number if it is newer."""
    try:
        return str(enum.Name(number))
    except ValueError:
        return str(number)


class EgressStatus(StrEnum):
    """Where a job stands (livekit_egress.proto, EgressStatus)."""

    STARTING = "starting"
    ACTIVE = "active"
    ENDING = "ending"
    COMPLETE = "complete"
    FAILED = "failed"
    ABORTED = "aborted"
    LIMIT_REACHED = "limit_reached"
    UNKNOWN = "unknown"


class EgressType(StrEnum):
    """What a job records (livekit_egress.proto, the request of EgressInfo)."""

    ROOM_COMPOSITE = "room_composite"
    WEB = "web"
    PARTICIPANT = "participant"
    TRACK_COMPOSITE = "track_composite"
    TRACK = "track"
    TEMPLATE = "template"
    MEDIA = "media"
    REPLAY = "replay"
    UNKNOWN = "unknown"


class RestartPolicy(StrEnum):
    """When an agent's job starts again (livekit_agent_dispatch.proto, JobRestartPolicy).

    It is LiveKit Cloud's: livekit-server 1.13.5 keeps it and never acts on it.
    """

    ON_FAILURE = "on_failure"
    NEVER = "never"
    UNKNOWN = "unknown"


class OutputKind(StrEnum):
    """Where a job puts what it records (livekit_egress.proto)."""

    FILE = "file"
    STREAM = "stream"
    SEGMENTS = "segments"
    IMAGES = "images"
    WEBSOCKET = "websocket"


class StreamStatus(StrEnum):
    """Where one stream of a job stands (livekit_egress.proto, StreamInfo.Status)."""

    ACTIVE = "active"
    FINISHED = "finished"
    FAILED = "failed"
    UNKNOWN = "unknown"


class IngressStatus(StrEnum):
    """Where an ingress stands (livekit_ingress.proto, IngressState.Status)."""

    INACTIVE = "inactive"
    BUFFERING = "buffering"
    PUBLISHING = "publishing"
    ERROR = "error"
    COMPLETE = "complete"
    UNKNOWN = "unknown"


class InputType(StrEnum):
    """How media comes in (livekit_ingress.proto, IngressInput)."""

    RTMP = "rtmp"
    WHIP = "whip"
    URL = "url"
    UNKNOWN = "unknown"


class AudioPreset(StrEnum):
    """How an ingress encodes audio (livekit_ingress.proto, IngressAudioEncodingPreset)."""

    STEREO = "OPUS_STEREO_96KBPS"
    MONO = "OPUS_MONO_64KBS"
    UNKNOWN = "UNKNOWN"


class VideoPreset(StrEnum):
    """How an ingress encodes video (livekit_ingress.proto, IngressVideoEncodingPreset)."""

    P720_3 = "H264_720P_30FPS_3_LAYERS"
    P1080_3 = "H264_1080P_30FPS_3_LAYERS"
    P540_2 = "H264_540P_25FPS_2_LAYERS"
    P720_1 = "H264_720P_30FPS_1_LAYER"
    P1080_1 = "H264_1080P_30FPS_1_LAYER"
    P720_3_MOTION = "H264_720P_30FPS_3_LAYERS_HIGH_MOTION"
    P1080_3_MOTION = "H264_1080P_30FPS_3_LAYERS_HIGH_MOTION"
    P540_2_MOTION = "H264_540P_25FPS_2_LAYERS_HIGH_MOTION"
    P720_1_MOTION = "H264_720P_30FPS_1_LAYER_HIGH_MOTION"
    P1080_1_MOTION = "H264_1080P_30FPS_1_LAYER_HIGH_MOTION"
    UNKNOWN = "UNKNOWN"


class CallStatus(StrEnum):
    """Where a call stands (livekit-sip, attribute `sip.callStatus`)."""

    DIALING = "dialing"
    RINGING = "ringing"
    AUTOMATION = "automation"
    ACTIVE = "active"
    HANGUP = "hangup"
    UNKNOWN = "unknown"


class CallDirection(StrEnum):
    """Who called (a rule lets callers in, a trunk without a rule dials out)."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    UNKNOWN = "unknown"


class TrunkKind(StrEnum):
    """Which calls a trunk is for (livekit_sip.proto, SIPInboundTrunkInfo, SIPOutboundTrunkInfo)."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class RuleKind(StrEnum):
    """Which room a dispatch rule puts a caller into (livekit_sip.proto, SIPDispatchRule)."""

    DIRECT = "direct"
    INDIVIDUAL = "individual"
    CALLEE = "callee"
    UNKNOWN = "unknown"


class RouteResult(StrEnum):
    """What becomes of a call that comes in (rpc/io.proto, SIPDispatchResult, or an error)."""

    ACCEPT = "accept"
    REQUEST_PIN = "request_pin"
    DROP = "drop"
    REFUSED = "refused"


class Transport(StrEnum):
    """How SIP is carried (livekit_sip.proto, SIPTransport)."""

    AUTO = "auto"
    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"
    UNKNOWN = "unknown"


class MediaEncryption(StrEnum):
    """Whether a call's sound is encrypted (livekit_sip.proto, SIPMediaEncryption)."""

    DISABLE = "disable"
    ALLOW = "allow"
    REQUIRE = "require"
    UNKNOWN = "unknown"


class HeaderOptions(StrEnum):
    """Which SIP headers become attributes (livekit_sip.proto, SIPHeaderOptions)."""

    NONE = "none"
    X = "x"
    ALL = "all"
    UNKNOWN = "unknown"


class Reach(StrEnum):
    """Whether a part of the server can be used, as far as it can be known from here."""

    REACHABLE = "reachable"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class AgentStatus(StrEnum):
    """Where an agent's work stands: livekit_agent.proto, JobStatus, and what else tells it.

    livekit-server 1.13.5 never learns what became of a job that a worker has taken: it stays
    running, without an error. Whether its agent is in the room tells more.
    """

    RUNNING = "running"
    STARTING = "starting"
    ASKING = "asking"
    PENDING = "pending"
    UNTAKEN = "untaken"
    AUTOMATIC = "automatic"
    GONE = "gone"
    SUCCESS = "success"
    DECLINED = "declined"
    FAILED = "failed"
    CANCELLED = "cancelled"
    PRESENT = "present"
    UNKNOWN = "unknown"


class JobType(StrEnum):
    """What a job is for (livekit_agent.proto, JobType)."""

    ROOM = "room"
    PUBLISHER = "publisher"
    PARTICIPANT = "participant"
    UNKNOWN = "unknown"


class WebhookEvent(StrEnum):
    """What LiveKit tells by webhook (protocol, webhook/consts.go); a server sends these twelve."""

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


class Verdict(StrEnum):
    """What a look at one side of something came to."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"
    UNKNOWN = "unknown"
