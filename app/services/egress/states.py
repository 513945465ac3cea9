"""The states and types of egress jobs, outputs and streams."""

from enum import StrEnum


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
