"""The media that an ingress receives, as its worker measures it."""

from dataclasses import dataclass

from livekit.protocol.ingress import InputAudioState, InputVideoState

from app.text.codecs import codec_name


@dataclass(frozen=True, slots=True)
class VideoIn:
    """The video received; None is what the worker didn't report.

    `bitrate` is the average in bits per second. The worker measures it once a minute and reports
    it with its next change, mostly the end of the session.
    """

    codec: str
    width: int | None
    height: int | None
    frame_rate: float | None
    bitrate: int | None


@dataclass(frozen=True, slots=True)
class AudioIn:
    """The audio received; None is what the worker didn't report.

    `bitrate` is the average in bits per second, `sample_rate` in hertz.
    """

    codec: str
    channels: int | None
    sample_rate: int | None
    bitrate: int | None


def video_in(video: InputVideoState) -> VideoIn:
    """Return the record of a message."""
    return VideoIn(
        codec=codec_name(video.mime_type),
        width=video.width or None,
        height=video.height or None,
        frame_rate=video.framerate or None,
        bitrate=video.average_bitrate or None,
    )


def audio_in(audio: InputAudioState) -> AudioIn:
    """Return the record of a message."""
    return AudioIn(
        codec=codec_name(audio.mime_type),
        channels=audio.channels or None,
        sample_rate=audio.sample_rate or None,
        bitrate=audio.average_bitrate or None,
    )
