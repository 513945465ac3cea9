"""Tracks: frozen records of what a participant publishes."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from livekit.protocol import models

from app.services.livekit.enums import name_of
from app.text.codecs import codec_name


class Source(StrEnum):
    """Where a track comes from (livekit_models.proto, TrackSource)."""

    UNKNOWN = "unknown"
    CAMERA = "camera"
    MICROPHONE = "microphone"
    SCREEN_SHARE = "screen_share"
    SCREEN_SHARE_AUDIO = "screen_share_audio"

    @classmethod
    def _missing_(cls, value: object) -> "Source":
        return cls.UNKNOWN


@dataclass(frozen=True, slots=True)
class Layer:
    """One quality of a video track; `bitrate` in bits per second is the one it aims at."""

    quality: str
    width: int
    height: int
    bitrate: int


@dataclass(frozen=True, slots=True)
class Track:
    """One published track."""

    sid: str
    name: str
    source: Source
    kind: str
    codec: str
    width: int
    height: int
    layers: tuple[Layer, ...]
    muted: bool
    encryption: str
    simulcast: bool
    stereo: bool

    @property
    def what(self) -> str:
        """What it carries, in words: its source, or its kind where its client told no source."""
        return self.kind if self.source is Source.UNKNOWN else self.source.replace("_", " ")


@dataclass(frozen=True, slots=True)
class DataTrack:
    """One published track of data; LiveKit cannot mute it. Empty: its publisher does not say."""

    sid: str
    name: str
    encoding: str
    schema: str
    encryption: str


def word(enum: Any, number: int) -> str:
    """Give an enum value's name in lower case, its number for one newer than this build."""
    return name_of(enum, number).lower()


def _codec(mime: str) -> str:
    """Give the codec's name; RED (RFC 2198) only wraps opus, twice for safety."""
    name = codec_name(mime)
    return "opus with RED" if name == "red" else name


def track_record(track: models.TrackInfo) -> Track:
    """Translate the protobuf of a track."""
    codecs = [codec.mime_type for codec in track.codecs] or [track.mime_type]
    layers = track.layers or next((c.layers for c in track.codecs if c.layers), track.layers)
    return Track(
        sid=track.sid,
        name=track.name,
        source=Source(word(models.TrackSource, track.source)),
        kind=word(models.TrackType, track.type),
        codec=", ".join(dict.fromkeys(_codec(mime) for mime in codecs if mime)),
        width=track.width,
        height=track.height,
        layers=tuple(
            Layer(word(models.VideoQuality, y.quality), y.width, y.height, y.bitrate)
            for y in layers
        ),
        muted=track.muted,
        encryption=word(models.Encryption.Type, track.encryption),
        simulcast=track.simulcast,
        stereo=track.stereo,
    )


def data_track_record(track: models.DataTrackInfo) -> DataTrack:
    """Translate the protobuf of a data track."""
    encoding = track.frame_encoding
    known = word(models.DataTrackFrameEncoding.WellKnownFrameEncoding, encoding.well_known)
    return DataTrack(
        sid=track.sid,
        name=track.name,
        encoding=encoding.custom
        or (known.removeprefix("well_known_frame_encoding_") if encoding.well_known else ""),
        schema=track.schema.name,
        encryption=word(models.Encryption.Type, track.encryption),
    )
