"""A synthetic microphone, camera and screen: a tone and moving color bars on real tracks."""

from __future__ import annotations

import array
import asyncio
import atexit
import itertools
import math
import time
from collections.abc import Callable, Coroutine
from typing import Any

from livekit import rtc

SAMPLE_RATE = 48_000
CHUNK = SAMPLE_RATE // 10
LOUDNESS = 4_000
PATIENCE = 1.0
BARS = (
    (235, 235, 235),
    (235, 235, 16),
    (16, 235, 235),
    (16, 235, 16),
    (235, 16, 235),
    (235, 16, 16),
    (16, 16, 235),
    (16, 16, 16),
)
SOURCES = {
    "microphone": rtc.TrackSource.SOURCE_MICROPHONE,
    "camera": rtc.TrackSource.SOURCE_CAMERA,
    "screen_share": rtc.TrackSource.SOURCE_SCREENSHARE,
}
CODECS = {"vp8": rtc.VideoCodec.VP8, "h264": rtc.VideoCodec.H264, "vp9": rtc.VideoCodec.VP9}

# The SDK's threads may be calling into Python when it exits, and would abort the process. A
# function registered before the SDK's own exit handler runs after it, and lets them finish.
atexit.register(time.sleep, 0.3)


class Feed:
    """A local track and the task that feeds it."""

    def __init__(
        self,
        track: rtc.LocalAudioTrack | rtc.LocalVideoTrack,
        source: rtc.AudioSource | rtc.VideoSource,
        feed: Callable[[asyncio.Event], Coroutine[Any, Any, None]],
    ) -> None:
        """Start feeding the track, in the running event loop, until the event is set."""
        self.track = track
        self._source = source
        self._over = asyncio.Event()
        self._task = asyncio.ensure_future(feed(self._over))

    async def close(self) -> None:
        """Stop feeding the track and release its source."""
        self._over.set()
        # wait for a frame that is being captured: otherwise the SDK would call a finished task
        await asyncio.wait([self._task], timeout=PATIENCE)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._source.aclose()


def tone(pitch: int = 440, name: str = "microphone") -> Feed:
    """Return a microphone that plays a sine tone with a whole number of hertz."""
    source = rtc.AudioSource(SAMPLE_RATE, 1, queue_size_ms=200)
    track = rtc.LocalAudioTrack.create_audio_track(name, source)
    # one second has whole waves, so it repeats without a click
    step = 2 * math.pi * pitch / SAMPLE_RATE
    second = array.array("h", (int(LOUDNESS * math.sin(step * n)) for n in range(SAMPLE_RATE)))
    chunks = [second[at : at + CHUNK].tobytes() for at in range(0, SAMPLE_RATE, CHUNK)]

    async def play(over: asyncio.Event) -> None:
        for chunk in itertools.cycle(chunks):
            if over.is_set():
                return
            await source.capture_frame(rtc.AudioFrame(chunk, SAMPLE_RATE, 1, CHUNK))

    return Feed(track, source, play)


def color_bars(name: str, size: tuple[int, int], fps: int, screen: bool = False) -> Feed:
    """Return a camera or screen that shows color bars moving to the left."""
    width, height = size
    source = rtc.VideoSource(width, height, is_screencast=screen)
    track = rtc.LocalVideoTrack.create_video_track(name, source)
    pixels = [bytes((*BARS[x * len(BARS) // width], 255)) for x in range(width)]
    # the row twice, so that each frame's row is a single slice
    row = b"".join(pixels) * 2

    async def show(over: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        for shift in itertools.cycle(range(0, width, 4)):
            if over.is_set():
                return
            frame = row[shift * 4 : (shift + width) * 4] * height
            source.capture_frame(rtc.VideoFrame(width, height, rtc.VideoBufferType.RGBA, frame))
            # on a busy machine, drop frames rather than queue them
            due = max(due + 1 / fps, loop.time())
            await asyncio.sleep(due - loop.time())

    return Feed(track, source, show)
