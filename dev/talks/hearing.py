"""Voice activity detection and speech recognition for callers that speak in tones."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import numpy as np
from livekit import rtc
from livekit.agents import llm, stt, vad
from livekit.agents.language import LanguageCode
from livekit.agents.types import (
    DEFAULT_API_CONNECT_OPTIONS,
    NOT_GIVEN,
    APIConnectOptions,
    NotGivenOr,
)
from livekit.agents.utils import AudioBuffer

from dev.talks.stories import LOWEST, STEP, Story

LOUD = 800.0
RECOGNIZING = 0.12
# seconds of sound until speech has begun, and of quiet until it has ended
BEGINS, ENDS_FOR_VAD, ENDS_FOR_STT = 0.06, 0.35, 0.2


class Ear:
    """Tells when somebody begins and stops to speak; seconds so far of either."""

    def __init__(self, ends: float) -> None:
        """Take speech as over after so many seconds of quiet."""
        self.speaking = False
        self.loud = self.quiet = self.spoken = 0.0
        self._ends = ends

    def hear(self, frame: rtc.AudioFrame) -> str:
        """Return `began`, `ended`, or nothing."""
        samples = np.frombuffer(frame.data, dtype=np.int16).astype(np.float64)
        if samples.size and float(np.sqrt(np.mean(samples**2))) > LOUD:
            self.loud += frame.duration
            self.quiet = 0.0
        else:
            self.quiet += frame.duration
            if not self.speaking:
                self.loud = 0.0
        if not self.speaking:
            self.spoken = 0.0
        if self.speaking:
            self.spoken += frame.duration
            if self.quiet >= self._ends:
                self.speaking, self.loud = False, 0.0
                return "ended"
        elif self.loud >= BEGINS:
            self.speaking, self.spoken = True, self.loud
            return "began"
        return ""


class ToneVAD(vad.VAD):
    """Voice activity by loudness."""

    def __init__(self) -> None:
        """Detect at each frame."""
        super().__init__(capabilities=vad.VADCapabilities(update_interval=0.05))

    def stream(self) -> vad.VADStream:
        """Begin to listen."""
        return _Activity(self)


class _Activity(vad.VADStream):
    async def _main_task(self) -> None:
        ear, samples = Ear(ENDS_FOR_VAD), 0
        async for frame in self._input_ch:
            if not isinstance(frame, rtc.AudioFrame):
                ear = Ear(ENDS_FOR_VAD)
                continue
            samples += frame.samples_per_channel
            change = ear.hear(frame)
            self._tell(vad.VADEventType.INFERENCE_DONE, ear, samples, frame)
            if change == "began":
                self._tell(vad.VADEventType.START_OF_SPEECH, ear, samples, frame)
            elif change == "ended":
                self._tell(vad.VADEventType.END_OF_SPEECH, ear, samples, frame)

    def _tell(self, kind: vad.VADEventType, ear: Ear, samples: int, frame: rtc.AudioFrame) -> None:
        event = vad.VADEvent(
            type=kind,
            samples_index=samples,
            timestamp=time.time(),
            speech_duration=ear.spoken,
            silence_duration=ear.quiet,
            frames=[frame],
            probability=1.0 if ear.quiet == 0 else 0.0,
            speaking=ear.speaking,
            raw_accumulated_silence=ear.quiet,
            raw_accumulated_speech=ear.loud if ear.quiet == 0 else 0.0,
        )
        self._event_ch.send_nowait(event)


class ToneSTT(stt.STT[Any]):
    """Recognizes the story's lines by their pitch."""

    def __init__(self, story: Story) -> None:
        """Know the story's lines."""
        super().__init__(
            capabilities=stt.STTCapabilities(
                streaming=True, interim_results=True, offline_recognize=False
            )
        )
        self.story = story

    @property
    def model(self) -> str:
        """The model's name, as usage and spans have it."""
        return "pitch-1"

    @property
    def provider(self) -> str:
        """The provider's name."""
        return "local"

    async def _recognize_impl(
        self,
        buffer: AudioBuffer,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions,
    ) -> stt.SpeechEvent:
        raise NotImplementedError("this recognition only works on streams")

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> stt.RecognizeStream:
        """Begin to listen."""
        return _Recognition(stt=self, conn_options=conn_options)


class _Recognition(stt.RecognizeStream):
    _stt: ToneSTT

    async def _run(self) -> None:
        ear, heard, heard_for, interim = Ear(ENDS_FOR_STT), b"", 0.0, False
        async for frame in self._input_ch:
            if not isinstance(frame, rtc.AudioFrame):
                continue
            heard_for += frame.duration
            change = ear.hear(frame)
            if change == "began":
                heard, interim = b"", False
                self._event_ch.send_nowait(stt.SpeechEvent(stt.SpeechEventType.START_OF_SPEECH))
            if ear.speaking and ear.quiet == 0:
                heard += bytes(frame.data)
                if ear.spoken > 0.3 and not interim:
                    interim = True
                    words = self._words(heard, frame.sample_rate).split()
                    half = " ".join(words[: len(words) // 2 + 1])
                    self._tell(stt.SpeechEventType.INTERIM_TRANSCRIPT, half, 0.5)
            elif change == "ended":
                await asyncio.sleep(RECOGNIZING)
                words_ = self._words(heard, frame.sample_rate)
                self._tell(stt.SpeechEventType.FINAL_TRANSCRIPT, words_, 0.97)
                usage = stt.RecognitionUsage(audio_duration=heard_for)
                heard_for = 0.0
                kind = stt.SpeechEventType.RECOGNITION_USAGE
                self._event_ch.send_nowait(stt.SpeechEvent(kind, recognition_usage=usage))
                self._event_ch.send_nowait(stt.SpeechEvent(stt.SpeechEventType.END_OF_SPEECH))

    def _words(self, heard: bytes, rate: int) -> str:
        samples = np.frombuffer(heard, dtype=np.int16).astype(np.float64)
        strengths = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
        pitch = float(np.argmax(strengths)) * rate / samples.size
        turns = self._stt.story.turns
        return turns[min(max(round((pitch - LOWEST) / STEP), 0), len(turns) - 1)].says

    def _tell(self, kind: stt.SpeechEventType, words: str, confidence: float) -> None:
        data = stt.SpeechData(language=LanguageCode("en"), text=words, confidence=confidence)
        self._event_ch.send_nowait(stt.SpeechEvent(kind, alternatives=[data]))


class Comma:
    """A turn detector: who ends with a comma has more to say."""

    @property
    def model(self) -> str:
        """The model's name."""
        return "comma-1"

    @property
    def provider(self) -> str:
        """The provider's name."""
        return "local"

    async def unlikely_threshold(self, _language: LanguageCode | None) -> float | None:
        """Return below which probability a turn has not ended."""
        return 0.5

    async def supports_language(self, _language: LanguageCode | None) -> bool:
        """Know all languages."""
        return True

    async def predict_end_of_turn(
        self, chat_ctx: llm.ChatContext, *, timeout: float | None = None  # noqa: ASYNC109
    ) -> float:
        """Return how probably the last words end the turn."""
        last = chat_ctx.items[-1] if chat_ctx.items else None
        said = (last.text_content or "") if last is not None and last.type == "message" else ""
        return 0.1 if said.endswith(",") else 0.9
