"""How an ingress publishes audio and video: its options, from and to LiveKit's messages."""

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

from app.services.ingress.media import (
    AudioCodec,
    AudioSource,
    Quality,
    VideoCodec,
    VideoSource,
)
from app.services.ingress.states import AudioPreset, VideoPreset
from app.services.livekit.enums import Newer, from_proto, known

AudioEncoding = Literal["", "advanced"] | AudioPreset
VideoEncoding = Literal["", "advanced"] | VideoPreset

PresetKind = TypeVar("PresetKind", AudioPreset, VideoPreset)


@dataclass(frozen=True, slots=True)
class AudioOptions:
    """How audio is published; an empty `encoding`, and any 0, is the worker's default.

    The fields after `encoding` apply to `advanced` only; `bitrate` in bits per second.
    """

    name: str = ""
    source: AudioSource | Newer = AudioSource.UNKNOWN
    encoding: AudioEncoding = ""
    codec: AudioCodec | Newer = AudioCodec.DEFAULT
    bitrate: int = 0
    disable_dtx: bool = False
    channels: int = 0


@dataclass(frozen=True, slots=True)
class Layer:
    """One simulcast layer of video; `bitrate` in bits per second, 0 for the worker's choice."""

    quality: Quality | Newer
    width: int
    height: int
    bitrate: int = 0


@dataclass(frozen=True, slots=True)
class VideoOptions:
    """How video is published; an empty `encoding`, and any 0, is the worker's default.

    The fields after `encoding` apply to `advanced` only; `frame_rate` per second.
    """

    name: str = ""
    source: VideoSource | Newer = VideoSource.UNKNOWN
    encoding: VideoEncoding = ""
    codec: VideoCodec | Newer = VideoCodec.DEFAULT
    frame_rate: float = 0.0
    layers: tuple[Layer, ...] = ()


def audio_options(message: IngressAudioOptions) -> AudioOptions:
    """Return the options of a message."""
    encoding = message.options
    return AudioOptions(
        name=message.name,
        source=from_proto(AudioSource, models.TrackSource, message.source),
        encoding=_encoding(AudioPreset, IngressAudioEncodingPreset, message),
        codec=from_proto(AudioCodec, models.AudioCodec, encoding.audio_codec),
        bitrate=encoding.bitrate,
        disable_dtx=encoding.disable_dtx,
        channels=encoding.channels,
    )


def video_options(message: IngressVideoOptions) -> VideoOptions:
    """Return the options of a message."""
    encoding = message.options
    return VideoOptions(
        name=message.name,
        source=from_proto(VideoSource, models.TrackSource, message.source),
        encoding=_encoding(VideoPreset, IngressVideoEncodingPreset, message),
        codec=from_proto(VideoCodec, models.VideoCodec, encoding.video_codec),
        frame_rate=encoding.frame_rate,
        layers=tuple(
            Layer(
                quality=from_proto(Quality, models.VideoQuality, layer.quality),
                width=layer.width,
                height=layer.height,
                bitrate=layer.bitrate,
            )
            for layer in encoding.layers
        ),
    )


def _encoding(
    kind: type[PresetKind], enum: Any, message: IngressAudioOptions | IngressVideoOptions
) -> Literal["", "advanced"] | PresetKind:
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
