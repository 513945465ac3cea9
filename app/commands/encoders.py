"""Command lines with which an encoder sends to an ingress, safe to paste.

RTMP has the key as the last part of the URL, WHIP as a bearer token (livekit-ingress,
pkg/whip/server.go).
"""

from dataclasses import dataclass, field

from app.commands.shell import UnsayableError, line
from app.services.ingress.states import InputType
from app.text.formatters import masked


@dataclass(frozen=True, slots=True)
class Hint:
    """One command line: `shown` has the key masked, `whole` has it."""

    id: str
    label: str
    shown: str = field(repr=False)
    whole: str = field(repr=False)


def hints(kind: str, url: str, key: str) -> list[Hint]:
    """Return the commands that send a file or a test pattern; none without a URL."""
    if not url:
        return []
    match kind:
        case InputType.RTMP:
            commands = [("ffmpeg", "ffmpeg", _ffmpeg_rtmp)]
        case InputType.WHIP:
            commands = [
                ("gstreamer", "GStreamer 1.24 or newer (test pattern)", _gstreamer_whip),
                ("ffmpeg", "ffmpeg 8 or newer", _ffmpeg_whip),
            ]
        case _:
            return []
    try:
        return [
            Hint(name, label, line(*words(url, masked(key))), line(*words(url, key)))
            for name, label, words in commands
        ]
    except UnsayableError:
        return []


def _ffmpeg_rtmp(url: str, key: str) -> list[str]:
    encode = "-c:v libx264 -preset veryfast -b:v 3M -g 60 -c:a aac -b:a 128k -f flv"
    return ["ffmpeg", "-re", "-i", "video.mp4", *encode.split(), f"{url.rstrip('/')}/{key}"]


def _ffmpeg_whip(url: str, key: str) -> list[str]:
    encode = "-c:v libx264 -profile:v baseline -bf 0 -c:a libopus -ar 48000 -ac 2 -f whip"
    return ["ffmpeg", "-re", "-i", "video.mp4", *encode.split(), "-authorization", key, url]


def _gstreamer_whip(url: str, key: str) -> list[str]:
    source = ["gst-launch-1.0", "videotestsrc", "is-live=true", "!", "videoconvert", "!"]
    sink = [f"signaller::whip-endpoint={url}", f"signaller::auth-token={key}"]
    return [*source, "whipclientsink", *sink]
