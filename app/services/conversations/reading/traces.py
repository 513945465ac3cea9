"""Read spans: the skeleton of the trace, and what they say of the conversation while it runs."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from opentelemetry.proto.trace.v1 import trace_pb2

from app.services.conversations import attributes
from app.services.conversations.attributes import text
from app.services.conversations.facts import Item, Span, Upload
from app.services.conversations.states import ChatRole, ItemKind, ItemOrigin

LABELS = (  # attributes that tell spans of one name apart, the most telling first
    "lk.function_tool.name",
    "gen_ai.request.model",
    "lk.agent_label",
    "gen_ai.agent.name",
    "lk.close_reason",
)
TEXTS = {  # attributes that say something of the conversation, and the columns that have it
    "lk.pii.room_name": "room",
    "lk.room_sid": "room_sid",
    "lk.dispatch_id": "dispatch",
    "lk.job.worker_id": "worker",
    "lk.close_reason": "close_reason",
    "lk.sip.callID": "call",
    "lk.pii.sip.phoneNumber": "phone",
}
LINKED = frozenset({"wait_for_participant", "user_turn", "user_speaking"})  # spans of the caller
INPUT = "input:"  # begins the IDs of items that only an agent's turn quotes


def read_span(upload: Upload, span: trace_pb2.Span, found: Mapping[str, Any]) -> None:
    """Add a span with its attributes to an upload; one without an ID or a time is left out."""
    started_at = attributes.moment(span.start_time_unix_nano)
    identifier = span.span_id.hex()[:16]
    if started_at is None or not identifier:
        return
    lasted = max(0, span.end_time_unix_nano - span.start_time_unix_nano) // 1000
    failed = span.status.code == trace_pb2.Status.STATUS_CODE_ERROR
    failed = failed or found.get("lk.function_tool.is_error") is True
    label = next((text(found, name) for name in LABELS if text(found, name)), "")
    read = Span(
        span=identifier,
        parent=span.parent_span_id.hex()[:16],
        name=span.name,
        label=label,
        started_at=started_at,
        duration=min(lasted, 2**53),
        failed=failed,
    )
    upload.spans.append(read)
    for name, column in TEXTS.items():
        upload.says(column, text(found, name))
    if span.name in LINKED:
        upload.says("caller", text(found, "lk.pii.participant_identity"))
        upload.says("caller_kind", text(found, "lk.participant_kind"))
    if span.name == "agent_session":
        upload.began(started_at)
        upload.ended(started_at + timedelta(microseconds=read.duration))
    upload.items.extend(_items(read, found))


def _items(span: Span, found: Mapping[str, Any]) -> list[Item]:
    """Return the lines that a span quotes."""
    match span.name:
        case "user_turn":
            return _heard(span, found)
        case "agent_turn":
            return _said(span, found)
        case "function_tool":
            return _called(span, found)
        case _:
            return []


def _heard(span: Span, found: Mapping[str, Any]) -> list[Item]:
    heard = text(found, "lk.pii.user_transcript")
    if not heard and "lk.end_of_turn_delay" not in found:
        return []  # nothing was understood; without its words, a turn has its delays
    item = _message(f"span:{span.span}", span, ChatRole.USER, heard)
    item.transcription = attributes.micro(found.get("lk.transcription_delay"))
    item.end_of_turn = attributes.micro(found.get("lk.end_of_turn_delay"))
    item.started_speaking_at = span.started_at
    return [item]


def _said(span: Span, found: Mapping[str, Any]) -> list[Item]:
    items = []
    if asked := text(found, "lk.pii.user_input"):
        items.append(_message(f"{INPUT}{span.span}", span, ChatRole.USER, asked))
    said = text(found, "lk.pii.response.text")
    if said or "lk.e2e_latency" in found:
        item = _message(f"span:{span.span}", span, ChatRole.ASSISTANT, said)
        item.interrupted = found.get("lk.interrupted") is True
        item.response = attributes.micro(found.get("lk.e2e_latency"))
        item.llm_first_token = attributes.micro(found.get("lk.response.ttft"))
        item.tts_first_byte = attributes.micro(found.get("lk.response.ttfb"))
        item.at += timedelta(microseconds=1)  # after what it replies to
        items.append(item)
    return items


def _called(span: Span, found: Mapping[str, Any]) -> list[Item]:
    name = text(found, "lk.function_tool.name")
    call = text(found, "lk.function_tool.id") or span.span
    arguments = text(found, "lk.pii.function_tool.arguments")
    output = text(found, "lk.pii.function_tool.output")
    ended_at = span.started_at + timedelta(microseconds=span.duration)
    return [
        Item(
            item=f"span:{span.span}",
            kind=ItemKind.FUNCTION_CALL,
            at=span.started_at,
            origin=ItemOrigin.TRACE,
            text=arguments,
            call=call,
            name=name,
        ),
        Item(
            item=f"output:{span.span}",
            kind=ItemKind.FUNCTION_CALL_OUTPUT,
            at=ended_at,
            origin=ItemOrigin.TRACE,
            text=output,
            call=call,
            name=name,
            failed=span.failed,
        ),
    ]


def _message(identifier: str, span: Span, role: ChatRole, said: str) -> Item:
    return Item(
        item=identifier,
        kind=ItemKind.MESSAGE,
        at=span.started_at,
        origin=ItemOrigin.TRACE,
        role=role,
        text=said,
    )
