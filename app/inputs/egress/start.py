"""The forms of egress jobs: start, stop, layout, streams."""

import re
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
# What a worker accepts (livekit/protocol v1.50.4, utils/redact.go): the key is what follows the
# last slash, even behind a question mark.
RTMP_URL = re.compile(r"^(rtmps?://)(.*/)(.*/)(\S*)( live=1)?$")
HTTP_ONLY = "Enter a URL that starts with http:// or https://."


class StartEgress(Storage):
    """Start a job; by default, record a room into one file in the worker's own storage."""

    type: Type = "room_composite"
    room: str = ""
    # the source
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
    # the outputs
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
    # the encoding
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
    def stream_urls(self) -> tuple[str, ...]:
        """The URLs to stream to, in their order."""
        return lines(self.urls)

    def problems(self) -> Iterator[tuple[str, str]]:
        """Each field that does not fit the others, and why."""
        yield from _target_problems(self)
        if self.type == "track":
            if self.direct == "websocket" and scheme(self.websocket_url) not in {"ws", "wss"}:
                yield "websocket_url", "Enter a URL that starts with ws:// or wss://."
        else:
            yield from _output_problems(self)
        yield from storage_problems(self)


def lines(text: str) -> tuple[str, ...]:
    """Return the lines that are not blank, without the space around them."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def scheme(url: str) -> str:
    """Return a URL's scheme in lower case; empty if it has none, or no host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.scheme if parts.netloc else ""


def _target_problems(form: StartEgress) -> Iterator[tuple[str, str]]:
    if form.type == "web":
        if scheme(form.url) not in {"http", "https"}:
            yield "url", HTTP_ONLY
    elif not form.room:
        yield "room", "Enter a room."
    if form.type == "participant" and not form.identity:
        yield "identity", "Choose a participant."
    if form.type == "track" and not form.track:
        yield "track", "Choose a track."
    if form.type == "track_composite" and not (form.audio_track or form.video_track):
        yield "audio_track", "Choose an audio track, a video track, or both."
    if form.type == "room_composite":
        if form.custom_base_url and scheme(form.custom_base_url) not in {"http", "https"}:
            yield "custom_base_url", HTTP_ONLY
        if form.audio_mixing != "DEFAULT_MIXING" and form.media != "audio":
            yield "audio_mixing", "Only audio recordings have a mix. Choose audio only above."


def _output_problems(form: StartEgress) -> Iterator[tuple[str, str]]:
    if not (form.file or form.stream or form.segments or form.images):
        yield "file", "Choose at least one output."
    video = form.media != "audio" or form.type not in {"room_composite", "web"}
    if form.file and form.file_type == "MP3" and video:
        yield "file_type", "MP3 is audio only. Choose another file type or record audio only."
    if form.images and not video:
        yield "images", "Images need video."
    if form.stream:
        problem = stream_problem(form.stream_urls)
        if problem:
            yield "urls", problem


def stream_problem(urls: tuple[str, ...]) -> str:
    """Return why a job cannot stream to these URLs; empty if it can."""
    if not urls:
        return "Enter at least one URL."
    if spaced(urls):
        return spaced(urls)
    for number, url in enumerate(urls, 1):
        if scheme(url) not in STREAM_SCHEMES:
            return f"Line {number}: use rtmp://, rtmps://, srt://, mux:// or twitch://."
        if scheme(url).startswith("rtmp") and not RTMP_URL.match(url):
            return (
                f"Line {number}: use the form rtmp://host/app/key, with the scheme in lower case."
            )
    if len({STREAM_SCHEMES[scheme(url)] for url in urls}) > 1:
        return "One job streams over either RTMP or SRT. Start a second job for the other."
    if len(set(urls)) < len(urls):
        return "Duplicate URL."
    return ""


def spaced(urls: tuple[str, ...]) -> str:
    """Return which URL contains a space; the worker's own error would repeat the stream key."""
    parts = [len(url.removesuffix(" live=1").split()) for url in urls]
    wrong = [number for number, count in enumerate(parts, 1) if count > 1]
    return f"Line {wrong[0]}: write a space in a URL as %20." if wrong else ""


class StopEgress(Input):
    """Stop one job; the form has no fields."""


class StopJobs(Many):
    """Stop the selected jobs, or all running jobs that match."""

    job: list[str] = Field(default_factory=list)
    room: str = ""
    status: Status = ""
    type: Kind = ""


class Layout(Input):
    """Change the layout of a running room recording."""

    layout: Annotated[str, Field(min_length=1, max_length=1000)]


class Streams(Input):
    """Add streams to a running job and remove others; `stop` has digests of the URLs shown."""

    add: str = ""
    remove: str = ""
    stop: list[str] = Field(default_factory=list)

    def problems(self) -> Iterator[tuple[str, str]]:
        """Each field with a URL that no job can stream to."""
        added, removed = lines(self.add), lines(self.remove)
        if added and stream_problem(added):
            yield "add", stream_problem(added)
        if spaced(removed):
            yield "remove", spaced(removed)
        if not (added or removed or self.stop):
            yield "add", "Enter a URL to add or to remove."
