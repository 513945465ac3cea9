"""A new egress job: what is recorded, how, and where it goes.

Choices are LiveKit's own names (livekit_egress.proto, livekit_models.proto), as the form has them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Media = Literal["both", "audio", "video"]
AudioMixing = Literal["DEFAULT_MIXING", "DUAL_CHANNEL_AGENT", "DUAL_CHANNEL_ALTERNATE"]
FileType = Literal["DEFAULT_FILETYPE", "MP4", "OGG", "MP3"]
StreamProtocol = Literal["DEFAULT_PROTOCOL", "RTMP", "SRT"]
SegmentSuffix = Literal["INDEX", "TIMESTAMP"]
ImageSuffix = Literal["IMAGE_SUFFIX_INDEX", "IMAGE_SUFFIX_TIMESTAMP", "IMAGE_SUFFIX_NONE_OVERWRITE"]
ImageCodec = Literal["IC_DEFAULT", "IC_JPEG"]
Preset = Literal[
    "H264_720P_30",
    "H264_720P_60",
    "H264_1080P_30",
    "H264_1080P_60",
    "PORTRAIT_H264_720P_30",
    "PORTRAIT_H264_720P_60",
    "PORTRAIT_H264_1080P_30",
    "PORTRAIT_H264_1080P_60",
]
AudioCodec = Literal["DEFAULT_AC", "OPUS", "AAC", "AC_MP3"]
VideoCodec = Literal["DEFAULT_VC", "H264_BASELINE", "H264_MAIN", "H264_HIGH", "VP8"]


@dataclass(frozen=True, slots=True)
class RoomTarget:
    """A room as a composite, in the layout of a web page."""

    room: str
    layout: str = ""
    media: Media = "both"
    audio_mixing: AudioMixing = "DEFAULT_MIXING"
    custom_base_url: str = ""


@dataclass(frozen=True, slots=True)
class WebTarget:
    """A web page."""

    url: str
    media: Media = "both"
    await_start_signal: bool = False


@dataclass(frozen=True, slots=True)
class ParticipantTarget:
    """One participant: camera and microphone, or the screen share."""

    room: str
    identity: str
    screen_share: bool = False


@dataclass(frozen=True, slots=True)
class TracksTarget:
    """An audio track, a video track, or both; by SID."""

    room: str
    audio_track: str = ""
    video_track: str = ""


@dataclass(frozen=True, slots=True)
class TrackTarget:
    """One track without transcoding, into a file or, for audio, to a websocket."""

    room: str
    track: str
    websocket_url: str = ""


Target = RoomTarget | WebTarget | ParticipantTarget | TracksTarget | TrackTarget


@dataclass(frozen=True, slots=True)
class File:
    """A file; an empty path lets the worker choose a name."""

    filepath: str = ""
    file_type: FileType = "DEFAULT_FILETYPE"
    disable_manifest: bool = False


@dataclass(frozen=True, slots=True)
class Stream:
    """Streams to other servers, all with the same protocol."""

    urls: tuple[str, ...]
    protocol: StreamProtocol = "DEFAULT_PROTOCOL"


@dataclass(frozen=True, slots=True)
class Segments:
    """HLS; `segment_duration` in seconds, 0: the worker's default."""

    filename_prefix: str = ""
    playlist_name: str = ""
    live_playlist_name: str = ""
    segment_duration: int = 0
    filename_suffix: SegmentSuffix = "INDEX"
    disable_manifest: bool = False


@dataclass(frozen=True, slots=True)
class Images:
    """Still pictures; `capture_interval` in seconds, sizes in pixels, 0: the worker's default."""

    filename_prefix: str = ""
    capture_interval: int = 0
    width: int = 0
    height: int = 0
    filename_suffix: ImageSuffix = "IMAGE_SUFFIX_INDEX"
    image_codec: ImageCodec = "IC_DEFAULT"
    disable_manifest: bool = False


@dataclass(frozen=True, slots=True)
class Encoding:
    """A custom encoding; bitrates in kbit/s, intervals in seconds, 0: the default."""

    width: int = 0
    height: int = 0
    depth: int = 0
    framerate: int = 0
    audio_codec: AudioCodec = "DEFAULT_AC"
    audio_bitrate: int = 0
    audio_frequency: int = 0
    video_codec: VideoCodec = "DEFAULT_VC"
    video_bitrate: int = 0
    key_frame_interval: float = 0.0


@dataclass(frozen=True, slots=True)
class Storage:
    """Where files go: the upload field of an output and its values, by LiveKit's names."""

    provider: Literal["s3", "gcp", "azure", "aliOSS"]
    # repr=False: this must never reach a log
    values: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewEgress:
    """A job to start: what is recorded, and where it goes."""

    target: Target
    file: File | None = None
    stream: Stream | None = None
    segments: Segments | None = None
    images: Images | None = None
    encoding: Preset | Encoding | None = None
    storage: Storage | None = None
