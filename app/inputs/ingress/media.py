"""The audio and video options of an ingress as form fields; rates and layers as text."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import AfterValidator

from app.inputs.fields import Input
from app.services.ingress.media import (
    AudioCodec,
    AudioSource,
    Quality,
    VideoCodec,
    VideoSource,
)
from app.services.ingress.options import (
    AudioEncoding,
    AudioOptions,
    Layer,
    VideoEncoding,
    VideoOptions,
)
from app.services.ingress.states import AudioPreset, VideoPreset

UNITS = {"": 1, "k": 1000, "m": 1_000_000}
RATE = re.compile(r"(\d+(?:\.\d+)?) ?([kKmM]?)(?:bit/s|bps)?", re.ASCII)
FRAMES = re.compile(r"\d{1,3}(\.\d+)?", re.ASCII)
LAYER = re.compile(
    r"(low|medium|high|off)\s+(\d{1,9})\s*[x\u00d7]\s*(\d{1,9})(?:\s+(\S.*))?", re.ASCII | re.I
)
UPWARDS = (Quality.LOW, Quality.MEDIUM, Quality.HIGH)
NEWER = "This version of the dashboard doesn't know the current value. Choose another."


def bits(text: str) -> int:
    """Return bits per second of `96k`, `1.9M` or `96000`; 0 for blank. Raises ValueError."""
    if not text.strip():
        return 0
    match = RATE.fullmatch(text.strip())
    number = float(match[1]) * UNITS[match[2].lower()] if match else -1
    if not 0 <= number < 2**32:
        raise ValueError("Enter bits per second, such as 96k, 1.9M or 96000.")
    return round(number)


def rate(number: int) -> str:
    """Return bits per second as exact text that `bits` reads; empty for 0."""
    for size, unit in ((1_000_000, "M"), (1000, "k")):
        if number >= size and number * 100 % size == 0:
            return f"{number / size:.2f}".rstrip("0").rstrip(".") + unit
    return str(number) if number else ""


def layers(text: str) -> tuple[Layer, ...]:
    """Return the layers, one per line: quality, size, bitrate. Raises ValueError with the line."""
    parsed = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = LAYER.fullmatch(line.strip())
        if parts is None:
            raise ValueError(f"Line {number}: use the form “high 1280x720 1.9M”.")
        try:
            bitrate = bits(parts[4] or "")
        except ValueError as error:
            raise ValueError(f"Line {number}: {error}") from None
        parsed.append(Layer(Quality(parts[1].upper()), int(parts[2]), int(parts[3]), bitrate))
    return tuple(parsed)


def layer_lines(video_layers: tuple[Layer, ...]) -> str:
    """Return layers as text that `layers` reads."""
    texts = (
        f"{layer.quality.lower()} {layer.width}x{layer.height} {rate(layer.bitrate)}"
        for layer in video_layers
    )
    return "\n".join(text.strip() for text in texts)


def layer_problem(video_layers: tuple[Layer, ...]) -> str:
    """Return why LiveKit would reject the layers; empty if it accepts them."""
    if any(not layer.width or not layer.height for layer in video_layers):
        return "A layer has a size of 0."
    if any(layer.width % 2 or layer.height % 2 for layer in video_layers):
        return "Widths and heights must be even."
    by_quality = {layer.quality: layer for layer in video_layers}
    if len(by_quality) < len(video_layers):
        return "Duplicate quality."
    sizes = [(by_quality[q].width, by_quality[q].height) for q in UPWARDS if q in by_quality]
    if any(larger[0] < lesser[0] or larger[1] < lesser[1] for lesser, larger in pairwise(sizes)):
        return "A higher quality must not be smaller than a lower one."
    return ""


def _rate(text: str) -> str:
    bits(text)
    return text


def _frames(text: str) -> str:
    if text.strip() and not FRAMES.fullmatch(text.strip()):
        raise ValueError("Enter a number, such as 30 or 29.97.")
    return text


def _layers(text: str) -> str:
    layers(text)
    return text


class MediaFields(Input):
    """How audio and video are published; the details apply only if `advanced` is chosen."""

    audio_name: str = ""
    audio_source: AudioSource = AudioSource.UNKNOWN
    audio_encoding: AudioEncoding = ""
    audio_codec: AudioCodec = AudioCodec.DEFAULT
    audio_bitrate: Annotated[str, AfterValidator(_rate)] = ""
    audio_disable_dtx: bool = False
    audio_channels: Literal["0", "1", "2"] = "0"
    video_name: str = ""
    video_source: VideoSource = VideoSource.UNKNOWN
    video_encoding: VideoEncoding = ""
    video_codec: VideoCodec = VideoCodec.DEFAULT
    video_frame_rate: Annotated[str, AfterValidator(_frames)] = ""
    video_layers: Annotated[str, AfterValidator(_layers)] = ""

    @property
    def audio(self) -> AudioOptions:
        """The audio options that the form describes."""
        chosen: dict[str, Any] = {}
        if self.audio_encoding == "advanced":
            chosen = {
                "codec": self.audio_codec,
                "bitrate": bits(self.audio_bitrate),
                "disable_dtx": self.audio_disable_dtx,
                "channels": int(self.audio_channels),
            }
        return AudioOptions(self.audio_name, self.audio_source, self.audio_encoding, **chosen)

    @property
    def video(self) -> VideoOptions:
        """The video options that the form describes."""
        chosen: dict[str, Any] = {}
        if self.video_encoding == "advanced":
            chosen = {
                "codec": self.video_codec,
                "frame_rate": float(self.video_frame_rate or 0),
                "layers": layers(self.video_layers),
            }
        return VideoOptions(self.video_name, self.video_source, self.video_encoding, **chosen)

    def problems(self) -> Iterator[tuple[str, str]]:
        """Each field that does not fit the others, and why."""
        for field in ("audio_encoding", "video_encoding"):
            if getattr(self, field) in {AudioPreset.UNKNOWN, VideoPreset.UNKNOWN}:
                yield field, NEWER
        problem = layer_problem(self.video.layers)
        if problem:
            yield "video_layers", problem


def media_texts(audio: AudioOptions, video: VideoOptions) -> dict[str, str | bool]:
    """Return the options as the form's fields hold them."""
    return {
        "audio_name": audio.name,
        "audio_source": str(audio.source),
        "audio_encoding": str(audio.encoding),
        "audio_codec": str(audio.codec),
        "audio_bitrate": rate(audio.bitrate),
        "audio_disable_dtx": audio.disable_dtx,
        "audio_channels": str(audio.channels),
        "video_name": video.name,
        "video_source": str(video.source),
        "video_encoding": str(video.encoding),
        "video_codec": str(video.codec),
        "video_frame_rate": f"{video.frame_rate:g}" if video.frame_rate else "",
        "video_layers": layer_lines(video.layers),
    }
