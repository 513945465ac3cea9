"""The states and types of egress jobs, outputs and streams."""

from enum import StrEnum


class EgressStatus(StrEnum):
    """The status of a job (livekit_egress.proto, EgressStatus)."""

    STARTING = "starting"
    ACTIVE = "active"
    ENDING = "ending"
    COMPLETE = "complete"
    FAILED = "failed"
    ABORTED = "aborted"
    LIMIT_REACHED = "limit_reached"


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
    """The type of an output (livekit_egress.proto)."""

    FILE = "file"
    STREAM = "stream"
    SEGMENTS = "segments"
    IMAGES = "images"
    WEBSOCKET = "websocket"


class StreamStatus(StrEnum):
    """The status of one stream of a job (livekit_egress.proto, StreamInfo.Status)."""

    ACTIVE = "active"
    FINISHED = "finished"
    FAILED = "failed"


class OutputState(StrEnum):
    """How far an output has come; streams report a `StreamStatus` instead."""

    PENDING = "pending"
    RECORDING = "recording"
    UPLOADING = "uploading"
    DONE = "done"
    FAILED = "failed"
    NOT_RECORDED = "not_recorded"
    UNKNOWN = "unknown"
