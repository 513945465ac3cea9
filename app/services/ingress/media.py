"""The sources, codecs and qualities of the media that an ingress publishes, by LiveKit's names."""

from enum import StrEnum


class AudioSource(StrEnum):
    """What audio is published as (livekit_models.proto, TrackSource; LiveKit accepts no others)."""

    UNKNOWN = "UNKNOWN"
    MICROPHONE = "MICROPHONE"
    SCREEN_SHARE_AUDIO = "SCREEN_SHARE_AUDIO"


class VideoSource(StrEnum):
    """What video is published as (livekit_models.proto, TrackSource; LiveKit accepts no others)."""

    UNKNOWN = "UNKNOWN"
    CAMERA = "CAMERA"
    SCREEN_SHARE = "SCREEN_SHARE"


class AudioCodec(StrEnum):
    """The codec of audio (livekit_models.proto, AudioCodec; LiveKit accepts no others)."""

    DEFAULT = "DEFAULT_AC"
    OPUS = "OPUS"


class VideoCodec(StrEnum):
    """The codec of video (livekit_models.proto, VideoCodec; LiveKit accepts no others)."""

    DEFAULT = "DEFAULT_VC"
    H264_BASELINE = "H264_BASELINE"
    VP8 = "VP8"


class Quality(StrEnum):
    """The quality of a simulcast layer (livekit_models.proto, VideoQuality)."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    OFF = "OFF"
