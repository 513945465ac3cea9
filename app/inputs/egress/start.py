"""What the forms about egress accept."""

from collections.abc import Iterator
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field

from app.inputs.egress.storage import Storage, storage_problems
from app.inputs.fields import Input, Many
from app.services.egress.listing import Kind, Status
from app.services.egress.new_job import (
    AudioCodec,
    AudioMixing,
    FileType,
    ImageCodec,
    ImageSuffix,
    Media,
    Preset,
    SegmentSuffix,
    VideoCodec,
)

Type = Literal["room_composite", "participant", "track_composite", "track", "web"]
Number = Annotated[int | None, Field(ge=0, le=1_000_000)]
STREAM_SCHEMES = {"rtmp": "RTMP", "rtmps": "RTMP", "mux": "RTMP", "twitch": "RTMP", "srt": "SRT"}


class StartEgress(Storage):
    """Start a job: the defaults record a room into one file, where the worker keeps its files."""

    type: Type = "room_composite"
    room: str = ""
    # what is recorded
    layout: str = "grid"
    media: Media = "both"
    audio_mixing: AudioMixing = "DEFAULT_MIXING"
    custom_base_url: str = ""
    url: str = ""
    await_start_signal: bool = False
    identity: str = ""
    screen_share: bool = False
    audio_track: str = ""
    video_track: str = ""
    track: str = ""
    # where it goes
    direct: Literal["file", "websocket"] = "file"
    websocket_url: str = ""
    file: bool = True
    filepath: str = ""
    file_type: FileType = "DEFAULT_FILETYPE"
    stream: bool = False
    urls: str = ""
    segments: bool = False
    segments_prefix: str = ""
    playlist_name: str = ""
    live_playlist_name: str = ""
    segment_duration: Number = None
    segments_suffix: SegmentSuffix = "INDEX"
    images: bool = False
    images_prefix: str = ""
    capture_interval: Number = None
    image_width: Number = None
    image_height: Number = None
    images_suffix: ImageSuffix = "IMAGE_SUFFIX_INDEX"
    image_codec: ImageCodec = "IC_DEFAULT"
    disable_manifest: bool = False
    # how it is encoded
    encoding: Literal["", "advanced"] | Preset = ""
    width: Number = None
    height: Number = None
    depth: Number = None
    framerate: Number = None
    video_codec: VideoCodec = "DEFAULT_VC"
    video_bitrate: Number = None
    key_frame_interval: Annotated[float | None, Field(ge=0, le=3600, allow_inf_nan=False)] = None
    audio_codec: AudioCodec = "DEFAULT_AC"
    audio_bitrate: Number = None
    audio_frequency: Number = None

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses to stream to, in their order."""
        return lines(self.urls)

    def problems(self) -> Iterator[tuple[str, str]]:
        """Give each field that does not go with the others, and why."""
        yield from _target_problems(self)
        if self.type == "track":
            if self.direct == "websocket" and scheme(self.websocket_url) not in {"ws", "wss"}:
                yield "websocket_url", "Give an address that begins with ws:// or wss://."
        else:
            yield from _output_problems(self)
        yield from storage_problems(self)


def lines(text: str) -> tuple[str, ...]:
    """Give the lines that hold something, without the space around them."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def scheme(url: str) -> str:
    """Give an address's scheme in lower case; empty where it has none, or no host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.scheme if parts.netloc else ""


def _target_problems(form: StartEgress) -> Iterator[tuple[str, str]]:
    if form.type == "web":
        if scheme(form.url) not in {"http", "https"}:
            yield "url", "Give an address that begins with http:// or https://."
    elif not form.room:
        yield "room", "Say which room."
    if form.type == "participant" and not form.identity:
        yield "identity", "Choose who is recorded."
    if form.type == "track" and not form.track:
        yield "track", "Choose the track."
    if form.type == "track_composite" and not (form.audio_track or form.video_track):
        yield "audio_track", "Choose an audio track, a video track, or both."
    if form.type == "room_composite":
        if form.custom_base_url and scheme(form.custom_base_url) not in {"http", "https"}:
            yield "custom_base_url", "Give an address that begins with http:// or https://."
        if form.audio_mixing != "DEFAULT_MIXING" and form.media != "audio":
            yield "audio_mixing", "This is for audio alone; choose that above."


def _output_problems(form: StartEgress) -> Iterator[tuple[str, str]]:
    if not (form.file or form.stream or form.segments or form.images):
        yield "file", "Choose at least one output."
    video = form.media != "audio" or form.type not in {"room_composite", "web"}
    if form.file and form.file_type == "MP3" and video:
        yield "file_type", "MP3 holds sound alone; choose another type, or audio alone."
    if form.images and not video:
        yield "images", "There is no picture in audio alone."
    if form.stream:
        problem = stream_problem(form.addresses)
        if problem:
            yield "urls", problem


def stream_problem(urls: tuple[str, ...]) -> str:
    """Say why a job cannot stream to these addresses; empty where it can."""
    if not urls:
        return "Give an address, one a line."
    if spaced(urls):
        return spaced(urls)
    for number, url in enumerate(urls, 1):
        if scheme(url) not in STREAM_SCHEMES:
            return f"Line {number}: give rtmp://, rtmps://, srt://, mux:// or twitch://."
        if scheme(url).startswith("rtmp") and urlsplit(url).path.strip("/").count("/") < 1:
            return f"Line {number}: RTMP wants rtmp://host/app/key."
    if len({STREAM_SCHEMES[scheme(url)] for url in urls}) > 1:
        return "One job streams by RTMP or by SRT, not by both; start a second one."
    if len(set(urls)) < len(urls):
        return "An address stands there twice."
    return ""


def spaced(urls: tuple[str, ...]) -> str:
    """Say which address has a space in it; a worker refuses it by words that hold the key."""
    parts = [len(url.removesuffix(" live=1").split()) for url in urls]
    wrong = [number for number, count in enumerate(parts, 1) if count > 1]
    return f"Line {wrong[0]}: write a space in an address as %20." if wrong else ""


class StopEgress(Input):
    """Nothing to fill in: the confirmation is the button."""


class StopJobs(Many):
    """Stop the ticked jobs, or all that match and run."""

    job: list[str] = Field(default_factory=list)
    room: str = ""
    status: Status = ""
    type: Kind = ""


class Layout(Input):
    """Another layout for a running room recording."""

    layout: Annotated[str, Field(min_length=1, max_length=1000)]


class Streams(Input):
    """Streams to add to a running job and to take out; `stop` are digests of shown addresses."""

    add: str = ""
    remove: str = ""
    stop: list[str] = Field(default_factory=list)

    def problems(self) -> Iterator[tuple[str, str]]:
        """Give each field with an address that no job can stream to."""
        added, removed = lines(self.add), lines(self.remove)
        if added and stream_problem(added):
            yield "add", stream_problem(added)
        if spaced(removed):
            yield "remove", spaced(removed)
        if not (added or removed or self.stop):
            yield "add", "Give an address to add, or one to take out."
