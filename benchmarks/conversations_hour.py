"""A conversation of one hour, made of a short one that is repeated."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import av
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from benchmarks.conversations_replay import (
    LOGS,
    RECORDINGS,
    TRACES,
    Captured,
    Copy,
    Recorded,
    Upload,
    marked,
    spans_of,
)

EVERY = 5.0  # seconds between batches (OpenTelemetry, OTEL_BSP_SCHEDULE_DELAY)
SPARE = 256  # IDs of each span in a round
NANO = 1_000_000_000
# what happens in each turn; all other spans are those of the session's beginning and end
TURN = (
    "agent_speaking",
    "agent_turn",
    "eou_detection",
    "eou_wait",
    "function_tool",
    "llm_",
    "on_user_turn_completed",
    "tts_",
    "user_speaking",
    "user_turn",
)
MODELS = ("llm_", "tts_")  # a model may be asked more than once in a turn
LONG = ("agent_session", "job_entrypoint")


@dataclass(frozen=True, slots=True)
class Length:
    """How long a conversation is to be: seconds, messages of the caller, spans."""

    seconds: int = 3600
    turns: int = 600
    spans: int = 20_000


def lengthened(sound: bytes, seconds: float = 0.0, size: int = 0) -> bytes:
    """Return an Ogg file whose packets are repeated, for so many seconds or bytes at least."""
    target = io.BytesIO()
    with (
        av.open(io.BytesIO(sound), "r") as source,
        av.open(target, "w", format="ogg") as made,
    ):
        track = source.streams.audio[0]
        stream = made.add_stream_from_template(track)
        base = track.time_base
        assert base is not None
        packets = [(bytes(each), each.duration or 960) for each in source.demux(track) if each.size]
        at = written = 0
        while at * base < seconds or written < size:
            for content, duration in packets:
                packet = av.Packet(content)
                packet.stream, packet.time_base = stream, base
                packet.pts = packet.dts = at
                packet.duration = duration
                made.mux(packet)
                at += duration
                written += len(content)
    return target.getvalue()


def hour(captured: Captured, length: Length = Length()) -> tuple[str, Iterator[Upload]]:
    """Return the job of a conversation of this length, which has just ended, and its uploads."""
    return _Hour(captured, length).begin()


class _Hour:
    def __init__(self, captured: Captured, length: Length) -> None:
        spans = [span for each in captured.uploads for span in spans_of(each.content)]
        self._captured = captured
        self._length = length
        self._once = frozenset(s.span_id for s in spans if not s.name.startswith(TURN))
        self._models = frozenset(s.span_id for s in spans if s.name.startswith(MODELS))
        said = [each for each in captured.recorded.items if each.get("role") == "user"]
        self._rounds = -(-length.turns // len(said))
        self._left = length.spans

    def begin(self) -> tuple[str, Iterator[Upload]]:
        first = self._copy(0)
        return first.job, self._uploads(first)

    def _uploads(self, first: Copy) -> Iterator[Upload]:
        items: list[dict[str, Any]] = []
        for number in range(self._rounds):
            copy = self._copy(number, first)
            items += self._items(copy, number)
            spans = list(self._spans(copy, number))[: self._left]
            self._left -= len(spans)
            after = float(copy.later - first.later)
            for start in range(0, len(spans), self._together(len(spans))):
                some = spans[start : start + self._together(len(spans))]
                yield Upload(TRACES, after, self._traces(copy, some))
            for logs in self._logs(copy, number):
                yield Upload(LOGS, after, logs)
        yield Upload(RECORDINGS, float(self._length.seconds), self._recorded(first, items))
        for each in self._captured.uploads:
            if each.path not in (TRACES, LOGS, RECORDINGS):
                yield Upload(each.path, float(self._length.seconds), first.content(each.content))

    def _copy(self, number: int, first: Copy | None = None) -> Copy:
        each = self._length.seconds / self._rounds
        began = -self._length.seconds + round(number * each)
        if first is None:
            return Copy(self._captured, began)
        mark = number * SPARE
        return Copy(self._captured, began, first.job, first.room_sid, mark, self._once)

    def _items(self, copy: Copy, number: int) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = copy.plain(self._captured.recorded.items)
        kinds = ("message", "function_call", "function_call_output")
        return items if number == 0 else [each for each in items if each["type"] in kinds]

    def _spans(self, copy: Copy, number: int) -> Iterator[Any]:
        """Yield the spans of a round: those of models as often as their number needs."""
        done = self._length.spans - self._left
        wanted = -(-self._length.spans * (number + 1) // self._rounds) - done
        for again in range(SPARE):
            for upload in self._captured.uploads:
                for span in spans_of(upload.content):
                    if self._is_in(span, number, again):
                        wanted -= 1
                        yield self._span(span, copy, again)
            if wanted <= 0:
                return

    def _is_in(self, span: Any, number: int, again: int) -> bool:
        if again:
            return span.span_id in self._models
        return number == 0 or span.span_id not in self._once

    def _span(self, span: Any, copy: Copy, again: int) -> Any:
        moved: Any = copy.content(span)
        if again:
            moved.span_id = marked(moved.span_id, again)
            if span.parent_span_id in self._models:
                moved.parent_span_id = marked(moved.parent_span_id, again)
        if moved.name in LONG:
            moved.end_time_unix_nano += self._length.seconds * NANO
        return moved

    def _together(self, spans: int) -> int:
        batches = self._length.seconds / self._rounds / EVERY
        return max(1, round(spans / max(1.0, batches)))

    def _traces(self, copy: Copy, spans: list[Any]) -> ExportTraceServiceRequest:
        example = next(each.content for each in self._captured.uploads if each.path == TRACES)
        made: Any = copy.content(example)
        del made.resource_spans[1:]
        del made.resource_spans[0].scope_spans[1:]
        del made.resource_spans[0].scope_spans[0].spans[:]
        made.resource_spans[0].scope_spans[0].spans.extend(spans)
        traces: ExportTraceServiceRequest = made
        return traces

    def _logs(self, copy: Copy, number: int) -> Iterator[ExportLogsServiceRequest]:
        """Yield the logs of a round: what is said once is said in the last one."""
        for upload in self._captured.uploads:
            if isinstance(upload.content, ExportLogsServiceRequest):
                logs: Any = copy.content(upload.content)
                for lines in logs.resource_logs if number < self._rounds - 1 else ():
                    for scope in lines.scope_logs:
                        if scope.scope.name in ("chat_history", "evaluations"):
                            del scope.log_records[:]
                if any(s.log_records for each in logs.resource_logs for s in each.scope_logs):
                    yield logs

    def _recorded(self, first: Copy, items: list[dict[str, Any]]) -> Recorded:
        recorded = first.content(self._captured.recorded)
        assert isinstance(recorded, Recorded)
        summary = json.loads(recorded.header.session_summary)
        summary["duration_ms"] = self._length.seconds * 1000
        summary["timestamp"] += self._length.seconds
        recorded.header.session_summary = json.dumps(summary)
        recorded.items = items
        recorded.header.duration = self._length.seconds * 1000
        recorded.sound = lengthened(recorded.sound, self._length.seconds)
        return recorded
