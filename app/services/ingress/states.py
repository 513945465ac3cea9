"""The states and types of ingresses, and their presets."""

from enum import StrEnum


class IngressStatus(StrEnum):
    """The status of an ingress (livekit_ingress.proto, IngressState.Status)."""

    INACTIVE = "inactive"
    BUFFERING = "buffering"
    PUBLISHING = "publishing"
    ERROR = "error"
    COMPLETE = "complete"


class InputType(StrEnum):
    """How an ingress receives media (livekit_ingress.proto, IngressInput)."""

    RTMP = "rtmp"
    WHIP = "whip"
    URL = "url"


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
