"""What one upload says of one conversation, before it is in the store.

All of it can come twice and in any order: texts fill what is empty, moments move outwards, and
rows have keys of their own.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.services.conversations.states import Batch, ItemKind, ItemOrigin


@dataclass(slots=True)
class Item:
    """One line of a conversation; delays are in microseconds.

    `call` joins a tool call and its result. `details` are JSON's values that no other field has.
    """

    item: str
    kind: ItemKind | str
    at: datetime
    origin: ItemOrigin = ItemOrigin.CHAT
    role: str = ""
    text: str = ""
    interrupted: bool = False
    call: str = ""
    name: str = ""
    failed: bool = False
    details: dict[str, Any] = field(default_factory=dict)
    started_speaking_at: datetime | None = None
    stopped_speaking_at: datetime | None = None
    response: int | None = None
    end_of_turn: int | None = None
    transcription: int | None = None
    hook: int | None = None
    llm_first_token: int | None = None
    tts_first_byte: int | None = None
    playback: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """One span of the trace, without its attributes; the duration is in microseconds."""

    span: str
    parent: str
    name: str
    label: str
    started_at: datetime
    duration: int
    failed: bool


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a log; `line` is a digest of the record."""

    line: str
    at: datetime
    severity: int
    logger: str
    message: str


@dataclass(slots=True)
class Used:
    """What one model was used for; `audio` and `session` are in microseconds."""

    kind: str
    provider: str
    model: str
    input_tokens: int = 0
    cached_tokens: int = 0
    input_audio_tokens: int = 0
    cached_audio_tokens: int = 0
    output_tokens: int = 0
    output_audio_tokens: int = 0
    characters: int = 0
    audio: int = 0
    session: int = 0
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A judge's verdict; `evaluation` is a digest of it."""

    evaluation: str
    at: datetime
    name: str
    verdict: str
    reasoning: str
    details: dict[str, Any]


@dataclass(slots=True)
class Report:
    """What the report of a session says, which comes at its end, in two places."""

    usage: list[Used] | None = None
    errors: dict[str, int] | None = None


@dataclass(slots=True)
class Upload:
    """What one upload says of one conversation.

    `texts` are columns of the conversation. `raw` is the upload as it is kept: gzipped protobuf or
    JSON.
    """

    job: str
    kind: Batch
    texts: dict[str, str] = field(default_factory=dict)
    session_started_at: datetime | None = None
    session_ended_at: datetime | None = None
    redacted: bool = False
    simulated: bool = False
    items: list[Item] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    logs: list[LogLine] = field(default_factory=list)
    used: dict[tuple[str, str, str], Used] = field(default_factory=dict)  # by what identifies it
    evaluations: list[Evaluation] = field(default_factory=list)
    tags: dict[str, dict[str, Any]] = field(default_factory=dict)
    report: Report = field(default_factory=Report)
    raw: bytes = b""
    digest: str = ""
    records: int = 0

    def says(self, column: str, found: str) -> None:
        """Note a text, if there is one."""
        if found:
            self.texts[column] = found

    def began(self, at: datetime | None) -> None:
        """Note when the session began, by its agent's clock."""
        if at and (self.session_started_at is None or at < self.session_started_at):
            self.session_started_at = at

    def ended(self, at: datetime | None) -> None:
        """Note when the session ended, by its agent's clock."""
        if at and (self.session_ended_at is None or at > self.session_ended_at):
            self.session_ended_at = at
