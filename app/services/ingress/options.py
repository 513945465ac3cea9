"""How an ingress publishes audio and video: its options, from LiveKit's messages and to them."""

from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from livekit.api import (
    IngressAudioEncodingOptions,
    IngressAudioEncodingPreset,
    IngressAudioOptions,
    IngressVideoEncodingOptions,
    IngressVideoEncodingPreset,
    IngressVideoOptions,
)
from livekit.protocol import models

from app.services.ingress.states import AudioPreset, IngressStatus, InputType, VideoPreset
from app.services.livekit.enums import name_of

# LiveKit's own names (livekit_models.proto); it takes no others for an ingress.
AudioSource = Literal["UNKNOWN", "MICROPHONE", "SCREEN_SHARE_AUDIO"]
VideoSource = Literal["UNKNOWN", "CAMERA", "SCREEN_SHARE"]
AudioCodec = Literal["DEFAULT_AC", "OPUS"]
VideoCodec = Literal["DEFAULT_VC", "H264_BASELINE", "VP8"]
Quality = Literal["LOW", "MEDIUM", "HIGH", "OFF"]
AudioEncoding = Literal["", "advanced"] | AudioPreset
VideoEncoding = Literal["", "advanced"] | VideoPreset

Known = TypeVar("Known", IngressStatus, InputType, AudioPreset, VideoPreset)


@dataclass(frozen=True, slots=True)
class AudioOptions:
    """How audio is published; `encoding` empty, or a 0 after it: as the worker has it by default.

    What stands after `encoding` holds for `advanced` alone; `bitrate` in bits per second.
    """

    name: str = ""
    source: AudioSource = "UNKNOWN"
    encoding: AudioEncoding = ""
    codec: AudioCodec = "DEFAULT_AC"
    bitrate: int = 0
    disable_dtx: bool = False
    channels: int = 0


@dataclass(frozen=True, slots=True)
class Layer:
    """One simulcast layer of video; `bitrate` in bits per second, 0: the worker's choice."""

    quality: Quality
    width: int
    height: int
    bitrate: int = 0


@dataclass(frozen=True, slots=True)
class VideoOptions:
    """How video is published; `encoding` empty, or a 0 after it: as the worker has it by default.

    What stands after `encoding` holds for `advanced` alone; `frame_rate` per second.
    """

    name: str = ""
    source: VideoSource = "UNKNOWN"
    encoding: VideoEncoding = ""
    codec: VideoCodec = "DEFAULT_VC"
    frame_rate: float = 0.0
    layers: tuple[Layer, ...] = ()


def known(kind: type[Known], enum: Any, number: int) -> Known:
    """Return our value for the number of a protobuf enum; `unknown` for a newer one."""
    try:
        name = enum.Name(number)
        if kind in {AudioPreset, VideoPreset}:
            return kind(name)
        return kind(name.removeprefix("ENDPOINT_").removesuffix("_INPUT").lower())
    except ValueError:
        return kind.UNKNOWN


def _name(enum: Any, number: int) -> Any:
    return name_of(enum, number)  # one that is newer is none of the Literal's, and only shown


def audio_options(message: IngressAudioOptions) -> AudioOptions:
    """Translate the protobuf."""
    own = message.options
    return AudioOptions(
        name=message.name,
        source=_name(models.TrackSource, message.source),
        encoding=_encoding(AudioPreset, IngressAudioEncodingPreset, message),
        codec=_name(models.AudioCodec, own.audio_codec),
        bitrate=own.bitrate,
        disable_dtx=own.disable_dtx,
        channels=own.channels,
    )


def video_options(message: IngressVideoOptions) -> VideoOptions:
    """Translate the protobuf."""
    own = message.options
    return VideoOptions(
        name=message.name,
        source=_name(models.TrackSource, message.source),
        encoding=_encoding(VideoPreset, IngressVideoEncodingPreset, message),
        codec=_name(models.VideoCodec, own.video_codec),
        frame_rate=own.frame_rate,
        layers=tuple(
            Layer(_name(models.VideoQuality, y.quality), y.width, y.height, y.bitrate)
            for y in own.layers
        ),
    )


def _encoding(
    kind: type[Known], enum: Any, message: IngressAudioOptions | IngressVideoOptions
) -> Literal["", "advanced"] | Known:
    match message.WhichOneof("encoding_options"):
        case "preset":
            return known(kind, enum, message.preset)
        case "options":
            return "advanced"
        case _:
            return ""


def audio_message(options: AudioOptions) -> IngressAudioOptions:
    """Return the message for LiveKit."""
    encoding: dict[str, Any] = {}
    if options.encoding == "advanced":
        encoding["options"] = IngressAudioEncodingOptions(
            audio_codec=options.codec,
            bitrate=options.bitrate,
            disable_dtx=options.disable_dtx,
            channels=options.channels,
        )
    elif options.encoding:
        encoding["preset"] = options.encoding
    return IngressAudioOptions(name=options.name, source=options.source, **encoding)


def video_message(options: VideoOptions) -> IngressVideoOptions:
    """Return the message for LiveKit."""
    encoding: dict[str, Any] = {}
    if options.encoding == "advanced":
        encoding["options"] = IngressVideoEncodingOptions(
            video_codec=options.codec,
            frame_rate=options.frame_rate,
            layers=[
                models.VideoLayer(
                    quality=layer.quality,
                    width=layer.width,
                    height=layer.height,
                    bitrate=layer.bitrate,
                )
                for layer in options.layers
            ],
        )
    elif options.encoding:
        encoding["preset"] = options.encoding
    return IngressVideoOptions(name=options.name, source=options.source, **encoding)
