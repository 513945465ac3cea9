"""Tracks: frozen records of what a participant publishes."""

from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter

from livekit.protocol import models

from app.services.livekit.enums import Newer, from_proto, plain_name
from app.text.codecs import codec_name


class Source(StrEnum):
    """Where a track comes from (livekit_models.proto, TrackSource)."""

    UNKNOWN = "unknown"
    CAMERA = "camera"
    MICROPHONE = "microphone"
    SCREEN_SHARE = "screen_share"
    SCREEN_SHARE_AUDIO = "screen_share_audio"


# The order in which a participant's tracks are listed; LiveKit's own order varies.
ORDER = (Source.MICROPHONE, Source.CAMERA, Source.SCREEN_SHARE, Source.SCREEN_SHARE_AUDIO)


@dataclass(frozen=True, slots=True)
class Layer:
    """One quality of a video track; `bitrate` is its target, in bits per second."""

    quality: str
    width: int
    height: int
    bitrate: int


@dataclass(frozen=True, slots=True)
class Track:
    """One published track."""

    sid: str
    name: str
    source: Source | Newer
    kind: str
    codec: str
    width: int
    height: int
    layers: tuple[Layer, ...]
    muted: bool
    encryption: str
    simulcast: bool
    stereo: bool
    stream: str

    @property
    def place(self) -> tuple[int, str]:
        """The key to sort by: source, then SID."""
        return (ORDER.index(self.source) if self.source in ORDER else len(ORDER), self.sid)

    @property
    def what(self) -> str:
        """The source in words, or the kind if the source is unknown."""
        named = isinstance(self.source, Source) and self.source is not Source.UNKNOWN
        return self.source.replace("_", " ") if named else self.kind


@dataclass(frozen=True, slots=True)
class DataTrack:
    """One published data track, which LiveKit can't mute; fields that aren't set are empty."""

    sid: str
    name: str
    encoding: str
    schema: str
    encryption: str


@dataclass(frozen=True, slots=True)
class Published:
    """A published track, as a list shows it; `what` is its source, or else its kind."""

    sid: str
    what: str
    kind: str
    muted: bool

    def __str__(self) -> str:
        """Return it as a cell of a table has it."""
        return f"{self.what} (muted)" if self.muted else self.what


def published(who: models.ParticipantInfo) -> tuple[Published, ...]:
    """Return what a participant publishes, in the order of its page, data tracks last."""
    tracks = sorted(map(track_record, who.tracks), key=attrgetter("place"))
    data = sorted(who.data_tracks, key=attrgetter("sid"))
    return (
        *(Published(track.sid, track.what, track.kind, track.muted) for track in tracks),
        *(Published(track.sid, "data track", "data", False) for track in data),
    )


def _codec(mime: str) -> str:
    """Return the codec's name; RED (RFC 2198) is opus sent twice."""
    name = codec_name(mime)
    return "opus with RED" if name == "red" else name


def track_record(track: models.TrackInfo) -> Track:
    """Translate the protobuf of a track."""
    codecs = [codec.mime_type for codec in track.codecs] or [track.mime_type]
    layers = track.layers or next((c.layers for c in track.codecs if c.layers), track.layers)
    return Track(
        sid=track.sid,
        name=track.name,
        source=from_proto(Source, models.TrackSource, track.source),
        kind=plain_name(models.TrackType, track.type),
        codec=", ".join(dict.fromkeys(_codec(mime) for mime in codecs if mime)),
        width=track.width,
        height=track.height,
        layers=tuple(
            Layer(plain_name(models.VideoQuality, y.quality), y.width, y.height, y.bitrate)
            for y in layers
        ),
        muted=track.muted,
        encryption=plain_name(models.Encryption.Type, track.encryption),
        simulcast=track.simulcast,
        stereo=track.stereo,
        stream=track.stream,
    )


def data_track_record(track: models.DataTrackInfo) -> DataTrack:
    """Translate the protobuf of a data track."""
    encoding = track.frame_encoding
    known = plain_name(models.DataTrackFrameEncoding.WellKnownFrameEncoding, encoding.well_known)
    return DataTrack(
        sid=track.sid,
        name=track.name,
        encoding=encoding.custom
        or (known.removeprefix("well_known_frame_encoding_") if encoding.well_known else ""),
        schema=track.schema.name,
        encryption=plain_name(models.Encryption.Type, track.encryption),
    )
