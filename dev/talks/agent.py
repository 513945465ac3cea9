"""The agent worker of the stories, a program. What a job does is in its metadata.

    LIVEKIT_URL=… LIVEKIT_API_KEY=… LIVEKIT_API_SECRET=… LIVEKIT_OBSERVABILITY_URL=… \
        python -m dev.talks.agent [AGENT_NAME [PORT METRICS_PORT]]

It prints when it has registered, and when a job begins and is over, uploads included: see `wire`.
At PORT it says how it is, and at METRICS_PORT it has its figures for Prometheus.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import math
import sys
import time
from functools import partial
from typing import Any, cast

from livekit import rtc
from livekit.agents import (
    Agent,
    AgentServer,
    AgentSession,
    JobContext,
    JobExecutorType,
    RecordingOptions,
    RunContext,
    ToolError,
    TurnHandlingOptions,
    function_tool,
    llm,
)
from livekit.agents.evals import Evaluator, JudgeGroup, JudgmentResult
from livekit.agents.voice import room_io

from dev.talks.hearing import Comma, ToneSTT, ToneVAD
from dev.talks.models import ScriptedLLM, Tone
from dev.talks.stories import AGENT_NAME, Story
from dev.talks.wire import BEGAN, ENDED, READY, STATES, parse

BLOCKED_FOR = 0.7
# the jobs that have begun, whose end was not printed yet; they are threads of this process
_BEGUN: set[str] = set()


class Billing(Agent):
    """Whom calls about invoices are handed to."""

    def __init__(self, chat_ctx: llm.ChatContext) -> None:
        """Know what was said before."""
        super().__init__(instructions="You explain invoices.", chat_ctx=chat_ctx)

    async def on_enter(self) -> None:
        """Greet."""
        await self.session.say("This is billing. What is it about?")


class Reception(Agent):
    """The agent that begins, with all the tools."""

    def __init__(self) -> None:
        """Have instructions and tools."""
        super().__init__(instructions="You help callers, briefly and politely.")

    @function_tool
    async def weather(self, _context: RunContext[Story], city: str) -> str:
        """Tell the weather of a city."""
        await asyncio.sleep(0.1)
        return f"sunny in {city}, 11 degrees"

    @function_tool
    async def book_table(self, _context: RunContext[Story], day: str, guests: int) -> str:
        """Book a table."""
        await asyncio.sleep(0.05)
        raise ToolError(f"no table for {guests} on {day}")

    @function_tool
    async def archive(self, _context: RunContext[Story], order: int) -> str:
        """Archive an order, badly: nothing else runs meanwhile."""
        time.sleep(BLOCKED_FOR)  # noqa: ASYNC251
        return f"archived {order}"

    @function_tool
    async def echo(self, _context: RunContext[Story], words: str) -> str:
        """Return the words."""
        return words

    @function_tool
    async def transfer_to_billing(self, context: RunContext[Story]) -> tuple[Agent, str]:
        """Hand the caller over."""
        history = context.session.history.copy(exclude_instructions=True)
        return Billing(history), "transferred"


class Judge:
    """A judge whose verdict is in the story."""

    def __init__(self, name: str, story: Story) -> None:
        """Judge this story."""
        self.name = name
        self._verdict = story.verdicts[name]

    async def evaluate(
        self,
        *,
        chat_ctx: llm.ChatContext,
        reference: llm.ChatContext | None = None,
        llm: llm.LLM[Any] | None = None,
    ) -> JudgmentResult:
        """Judge the conversation."""
        said = len(chat_ctx.messages())
        return JudgmentResult(
            verdict=self._verdict,
            reasoning=f"After {said} messages: {self._verdict}.",
            instructions=f"Judge the {self.name} of the agent.",
        )


async def work(job: JobContext) -> None:
    """Hold the conversation of the job's metadata."""
    _tell(f"{BEGAN} {job.job.dispatch_id} {job.job.id}")
    _BEGUN.add(job.job.id)
    story = parse(job.job.metadata)
    if not story.turns:
        raise RuntimeError("this job was to fail")
    session = _session(story)
    over = asyncio.Event()

    def notice(_event: object) -> None:
        roles = [message.role for message in session.history.messages()]
        answered = roles.count("user") >= len(story.turns) and roles[-1] == "assistant"
        if session.agent_state == "listening" and answered:
            over.set()

    if story.ends == "agent":  # either may be the last to happen
        session.on("agent_state_changed", notice)
        session.on("conversation_item_added", notice)
    session.on("close", lambda _: over.set())
    spoken = story.by == "voice"
    options = room_io.RoomOptions(audio_input=spoken, audio_output=spoken)
    start = partial(session.start, Reception(), room=job.room, room_options=options)
    # left out, it is what the server's configuration says
    await (start() if story.record is None else start(record=cast(RecordingOptions, story.record)))
    if story.opening:
        await session.say(story.opening)
    telling = asyncio.create_task(_tell_states(job.room, session))
    if story.by == "agent":
        for turn in story.turns:
            await session.generate_reply(user_input=turn.says)
    await over.wait()
    telling.cancel()
    job.shutdown("the story is over")


async def _tell_states(room: rtc.Room, session: AgentSession[Story]) -> None:
    """Tell each state with its number, from the first question of a caller on.

    Two texts that are sent within a few milliseconds may be received in another order, and so may
    the attribute in which the SDK has the state.
    """
    states = asyncio.Queue[str]()

    def asked(_reader: rtc.TextStreamReader, _identity: str) -> None:
        states.put_nowait(session.agent_state)

    room.register_text_stream_handler(STATES, asked)
    session.on("agent_state_changed", lambda event: states.put_nowait(event.new_state))
    for number in itertools.count():
        text = f"{number} {await states.get()}"
        await room.local_participant.send_text(text, topic=STATES)


def _session(story: Story) -> AgentSession[Story]:
    # the callers begin to interrupt early, and adaptive interruption needs LiveKit Cloud
    turns = TurnHandlingOptions(
        endpointing={"min_delay": 0.3, "max_delay": 1.0},
        interruption={"mode": "vad", "min_duration": 0.3},
    )
    if story.by != "voice":
        turns["turn_detection"] = "manual"
        return AgentSession(userdata=story, llm=ScriptedLLM(story), vad=None, turn_handling=turns)
    turns["turn_detection"] = Comma()
    return AgentSession(
        userdata=story,
        llm=ScriptedLLM(story),
        stt=ToneSTT(story),
        vad=ToneVAD(),
        tts=Tone(),
        aec_warmup_duration=None,
        session_close_transcript_timeout=0.2,
        turn_handling=turns,
    )


async def judge(job: JobContext) -> None:
    """Report how the conversation was."""
    story = parse(job.job.metadata)
    for tag, metadata in story.tags.items():
        job.tagger.add(tag, metadata=None if metadata is None else dict(metadata))
    if story.verdicts:
        judges: list[Evaluator] = [Judge(name, story) for name in story.verdicts]
        group = JudgeGroup(llm=ScriptedLLM(story), judges=judges)
        await group.evaluate(job.make_session_report().chat_history)
    if story.outcome == "success":
        job.tagger.success(reason=story.reason or None)
    elif story.outcome == "fail":
        job.tagger.fail(reason=story.reason or None)


def _tell(line: str) -> None:
    # in one piece: jobs are threads, whose lines would be mixed
    print(f"{line}\n", end="", flush=True)


async def serve(agent_name: str, port: int = 0, metrics_port: int | None = None) -> None:
    """Take jobs until the end; port 0 is any that is free."""
    server = AgentServer(
        load_threshold=math.inf,  # a busy machine would refuse jobs
        load_fnc=lambda: 0.0,
        job_executor_type=JobExecutorType.THREAD,
        num_idle_processes=1,
        host="127.0.0.1",
        port=port,
        prometheus_port=metrics_port,
    )
    server.rtc_session(work, agent_name=agent_name, on_session_end=judge)
    server.on("worker_registered", lambda *_: _tell(READY))
    watch = asyncio.create_task(_watch(server))
    try:
        await server.run(devmode=True)
    finally:
        watch.cancel()


async def _watch(server: AgentServer) -> None:
    # a job is over when its thread has ended, after all its uploads
    while True:
        active = {running.job.id for running in server.active_jobs}
        for job in sorted(_BEGUN - active):
            _BEGUN.discard(job)
            _tell(f"{ENDED} {job}")
        await asyncio.sleep(0.05)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    name, *ports = sys.argv[1:] or [AGENT_NAME]
    asyncio.run(serve(name, *map(int, ports)))
