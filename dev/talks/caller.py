"""The caller of a story: a participant that speaks in tones when it is its turn."""

from __future__ import annotations

import array
import asyncio
import contextlib
import itertools
import math

from livekit import api, rtc

from dev.guests import Guise, Server, token
from dev.talks.stories import Story, Turn, pitch
from dev.talks.wire import STATES

RATE = 48_000
CHUNK = RATE // 50
LOUDNESS = 9_000
STATE = "lk.agent.state"
CHAT, TRANSCRIPTION = "lk.chat", "lk.transcription"
REMOVED = {rtc.DisconnectReason.PARTICIPANT_REMOVED, rtc.DisconnectReason.ROOM_DELETED}
SECONDS_PER_LETTER, SHORTEST, SETTLED = 0.03, 0.6, 0.5
ASKS_EVERY = 0.3
UNANSWERED = 3.0  # seconds after which a caller takes it that there will be no answer


class Caller:
    """One participant and its microphone, from `join` to `leave`; for use in one event loop."""

    def __init__(self, server: Server, room: str, identity: str, story: Story) -> None:
        """Describe the caller; nobody joins yet."""
        self.room = rtc.Room()
        self._server, self._name, self._identity = server, room, identity
        self._story = story
        self._state, self._newest, self._is_there = "", -1, False
        self._begun, self._read = 0, list[str]()  # what the agent says, since the caller spoke
        self._changed, self._over = asyncio.Event(), False
        self._left = self.removed = False
        self._lines: asyncio.Queue[tuple[int, float]] = asyncio.Queue()
        self._source = rtc.AudioSource(RATE, 1, queue_size_ms=100)
        self._tasks: list[asyncio.Task[None]] = []
        self.room.register_text_stream_handler(TRANSCRIPTION, self._receive)
        self.room.register_text_stream_handler(STATES, self._hear)
        self.room.on("participant_connected", self._notice)
        self.room.on("participant_attributes_changed", lambda _, who: self._notice(who))
        self.room.on("participant_disconnected", self._miss)
        self.room.on("disconnected", self._disconnect)

    async def join(self, name: str = "") -> None:
        """Join, listen, and publish a microphone if the story is spoken."""
        access = token(self._server, self._name, self._identity, Guise(name=name))
        await self.room.connect(self._server.url, access, rtc.RoomOptions(auto_subscribe=True))
        for who in self.room.remote_participants.values():
            self._notice(who)
        if self._story.by == "voice":
            track = rtc.LocalAudioTrack.create_audio_track("microphone", self._source)
            options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE, dtx=False)
            await self.room.local_participant.publish_track(track, options)
            self._tasks.append(asyncio.create_task(self._sound()))

    async def play(self) -> None:
        """Say all lines of the story, each when it is its turn; return after the last answer."""
        story = self._story
        if story.by == "agent" or not await self._is_greeted():
            return
        again = story.ends == "nobody"
        for turn in itertools.cycle(story.turns) if again else story.turns:
            if not await self._is_turn(turn):
                return
            self._begun = 0
            self._read.clear()
            await self._say(turn)
            if not await self._answered(turn):
                return
        await self._listens(SETTLED)

    async def met(self) -> None:
        """Wait until the agent is there, or was."""
        while not self._is_there and not self._over:
            self._changed.clear()
            await self._changed.wait()

    async def alone(self) -> None:
        """Wait until the agent has left."""
        while not self._over:
            self._changed.clear()
            await self._changed.wait()

    async def leave(self) -> None:
        """Leave, even in the middle; return when the server has noticed. Again: nothing."""
        if self._left:
            return
        self._left = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.room.disconnect()
        await self._source.aclose()
        who = api.RoomParticipantIdentity(room=self._name, identity=self._identity)
        # the SDK's leave message is lost at times, and the server would wait for a reconnect
        with contextlib.suppress(api.TwirpError):
            async with self._server.livekit() as livekit:
                await livekit.room.remove_participant(who)

    async def _say(self, turn: Turn) -> None:
        if self._story.by == "text":
            await self.room.local_participant.send_text(turn.says, topic=CHAT)
            return
        seconds = max(SHORTEST, len(turn.says) * SECONDS_PER_LETTER)
        self._lines.put_nowait((pitch(self._story.turns.index(turn)), seconds))
        await self._lines.join()

    async def _sound(self) -> None:
        silence = bytes(CHUNK * 2)
        while True:
            try:
                height, seconds = self._lines.get_nowait()
            except asyncio.QueueEmpty:
                await self._play(silence)
                continue
            for start in range(0, int(seconds * RATE), CHUNK):
                angle = 2 * math.pi * height / RATE
                wave = (int(LOUDNESS * math.sin(angle * n)) for n in range(start, start + CHUNK))
                await self._play(array.array("h", wave).tobytes())
            self._lines.task_done()

    async def _play(self, samples: bytes) -> None:
        await self._source.capture_frame(rtc.AudioFrame(samples, RATE, 1, CHUNK))

    async def _is_greeted(self) -> bool:
        """Ask until the agent, which has greeted then, tells its state; False when it is gone.

        What is sent before both data channels are open is lost; afterwards nothing is.
        """
        while not self._state and not self._over:
            self._changed.clear()
            await self.room.local_participant.send_text("?", topic=STATES)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ASKS_EVERY):
                    await self._changed.wait()
        return not self._over

    async def _is_turn(self, turn: Turn) -> bool:
        """Wait until it is the caller's turn; False when the agent is gone."""
        if turn.waits == "speaking":  # it has begun
            await asyncio.sleep(turn.after)
            return not self._over
        return await self._listens(turn.after)

    async def _answered(self, turn: Turn) -> bool:
        """Wait until the agent has begun to speak, or has written, or has nothing to say.

        False when it is gone.
        """
        if turn.fault == "always":
            return await self._listens(UNANSWERED)
        while not self._over:
            self._changed.clear()
            if turn.reply in self._read if self._story.by == "text" else self._begun:
                return True
            await self._changed.wait()
        return False

    async def _listens(self, seconds: float) -> bool:
        """Wait until the agent has said all, and listened for so long; False when it is gone."""
        while not self._over:
            self._changed.clear()
            quiet = self._state == "listening" and len(self._read) >= self._begun
            try:
                async with asyncio.timeout(seconds if quiet else None):
                    await self._changed.wait()
            except TimeoutError:
                return True
        return False

    def _receive(self, reader: rtc.TextStreamReader, identity: str) -> None:
        if identity != self._identity:  # the agent sends what it understood, too
            self._begun += 1
            self._tasks.append(asyncio.create_task(self._finish(reader)))
            self._changed.set()

    def _hear(self, reader: rtc.TextStreamReader, _identity: str) -> None:
        self._tasks.append(asyncio.create_task(self._follow(reader)))

    async def _follow(self, reader: rtc.TextStreamReader) -> None:
        number, _, state = (await reader.read_all()).partition(" ")
        if int(number) > self._newest:
            self._newest, self._state = int(number), state
            self._changed.set()

    async def _finish(self, reader: rtc.TextStreamReader) -> None:
        self._read.append((await reader.read_all()).strip())
        self._changed.set()

    def _notice(self, who: rtc.Participant) -> None:
        # not which state it is in: two that are set in one moment may change places
        if STATE in who.attributes and not self._is_there:
            self._is_there = True
            self._changed.set()

    def _disconnect(self, reason: rtc.DisconnectReason.ValueType) -> None:
        self.removed = self.removed or reason in REMOVED
        self._end()

    def _miss(self, who: rtc.Participant) -> None:
        if STATE in who.attributes:
            self._end()

    def _end(self) -> None:
        self._over = True
        self._changed.set()
