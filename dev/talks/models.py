"""The scripted LLM and the voice of the agent."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import numpy as np
from livekit.agents import APIConnectionError, APIStatusError, llm, tts
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions

from dev.talks.stories import Story, Turn

RATE = 24_000
FIRST_TOKEN, NEXT_TOKEN, FIRST_SOUND = 0.15, 0.01, 0.08
SECONDS_PER_LETTER = 0.03


class ScriptedLLM(llm.LLM[Any]):
    """Answers with what the story has for the user's last words."""

    def __init__(self, story: Story) -> None:
        """Follow this story."""
        super().__init__()
        self.story = story
        self.failed: set[str] = set()

    @property
    def model(self) -> str:
        """The model's name, as usage and spans have it."""
        return "script-1"

    @property
    def provider(self) -> str:
        """The provider's name."""
        return "local"

    def chat(
        self,
        *,
        chat_ctx: llm.ChatContext,
        tools: list[llm.Tool] | None = None,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        **_: Any,
    ) -> llm.LLMStream:
        """Begin an answer."""
        return _Answer(self, chat_ctx=chat_ctx, tools=tools or [], conn_options=conn_options)


class _Answer(llm.LLMStream):
    _llm: ScriptedLLM

    async def _run(self) -> None:
        fast = self._llm.story.by == "agent"
        items = self._chat_ctx.items
        messages = [item for item in items if isinstance(item, llm.ChatMessage)]
        question = [message for message in messages if message.role == "user"][-1]
        turn = self._llm.story.turn(question.text_content or "")
        self._fail(turn)
        await asyncio.sleep(0 if fast else FIRST_TOKEN)
        since = items[items.index(question) :]
        called = sum(item.type == "function_call" for item in since)
        if called < len(turn.calls):
            call = turn.calls[called]
            id_ = f"call_{len(items)}"
            wanted = llm.FunctionToolCall(name=call.tool, arguments=call.arguments, call_id=id_)
            self._say(llm.ChoiceDelta(role="assistant", tool_calls=[wanted]))
            tokens = 3 + len(call.arguments) // 4
        else:
            words = turn.reply.split()
            tokens = len(words)
            for word in words:
                self._say(llm.ChoiceDelta(role="assistant", content=f"{word} "))
                await asyncio.sleep(0 if fast else NEXT_TOKEN)
        read = sum(len(json.dumps(item.model_dump(mode="json"))) for item in items) // 4
        usage = llm.CompletionUsage(
            completion_tokens=tokens,
            prompt_tokens=read,
            prompt_cached_tokens=read // 2,
            total_tokens=read + tokens,
        )
        self._event_ch.send_nowait(llm.ChatChunk(id=self._id, usage=usage))

    @property
    def _id(self) -> str:
        return f"answer-{len(self._chat_ctx.items)}"

    def _say(self, delta: llm.ChoiceDelta) -> None:
        self._event_ch.send_nowait(llm.ChatChunk(id=self._id, delta=delta))

    def _fail(self, turn: Turn) -> None:
        if turn.fault == "always":
            raise APIStatusError("the model is overloaded", status_code=400, retryable=False)
        if turn.fault == "once" and turn.says not in self._llm.failed:
            self._llm.failed.add(turn.says)
            raise APIConnectionError("the model did not answer")


class Tone(tts.TTS[Any]):
    """Speaks every text as a tone as long as its letters take."""

    def __init__(self) -> None:
        """Speak as a whole, not while the text is still being written."""
        capabilities = tts.TTSCapabilities(streaming=False)
        super().__init__(capabilities=capabilities, sample_rate=RATE, num_channels=1)

    @property
    def model(self) -> str:
        """The model's name, as usage and spans have it."""
        return "tone-1"

    @property
    def provider(self) -> str:
        """The provider's name."""
        return "local"

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        """Begin to speak."""
        return _Speech(tts=self, input_text=text, conn_options=conn_options)


class _Speech(tts.ChunkedStream):
    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id=f"speech-{len(self.input_text)}",
            sample_rate=RATE,
            num_channels=1,
            mime_type="audio/pcm",
        )
        await asyncio.sleep(FIRST_SOUND)
        moments = np.arange(int(RATE * SECONDS_PER_LETTER * len(self.input_text)) + 480)
        wave = np.sin(2 * np.pi * 220 * moments / RATE) * 8_000
        output_emitter.push(wave.astype(np.int16).tobytes())
        output_emitter.flush()
