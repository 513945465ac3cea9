"""The upload at the end of a session: its report, what was said, and the sound."""

import json
from pathlib import Path
from typing import Any

from app.store.schema import (
    CONVERSATION_ERRORS,
    CONVERSATION_ITEMS,
    CONVERSATION_TAGS,
    CONVERSATION_USAGE,
    CONVERSATIONS,
)
from tests.routes.observability.conftest import Rows
from tests.support.dashboard import Dashboard
from tests.support.uploads import LOGS, RECORDINGS, TRACES, Spoken, record, send

SOUND = b"OggS" + bytes(range(256)) * 4000


def test_a_session_with_its_sound(stored: Dashboard, rows: Rows, files: Path) -> None:
    spoken = Spoken()
    hello = spoken.message("item_1", "assistant", "Hello!", 0.5)
    hello["metrics"] = {"e2e_latency": 0.75, "llm_node_ttft": 0.2, "playback_latency": 0.01}
    asked = spoken.message("item_2", "user", "What is the weather?", 2.0)
    call: dict[str, Any] = {
        "id": "item_3/fnc_0",
        "type": "function_call",
        "call_id": "c1",
        "name": "weather",
    }
    call |= {"arguments": '{"city": "Oslo"}', "created_at": spoken.began + 3}
    result: dict[str, Any] = {
        "id": "item_4",
        "type": "function_call_output",
        "call_id": "c1",
        "name": "weather",
    }
    result |= {"output": "no idea", "is_error": True, "created_at": spoken.began + 3.5}
    usage = [{"type": "llm_usage", "provider": "local", "model": "m-1", "input_tokens": 80}]
    report = {"tags": ["vip", "lk.success"], "errors": {"llm": 2, "tts": 0}, "usage": usage}
    header = spoken.header(90.0, **report)
    items = [hello, asked, call, result]
    assert record(stored, spoken, items, SOUND, header=header).status_code == 200
    (found,) = rows(CONVERSATIONS, spoken.job)
    assert (files / found["recording"]).read_bytes() == SOUND
    assert (found["recording_bytes"], found["recording_type"]) == (len(SOUND), "audio/ogg")
    assert (found["turns"], found["tool_calls"], found["tool_failures"]) == (1, 1, 1)
    assert (found["errors"], found["response_p50"], found["sdk_version"]) == (2, 750_000, "1.8.9")
    assert found["close_reason"] == "user_initiated"
    assert abs(found["duration"] - 90_000_000) < 2_000
    assert not found["ended_inferred"]
    assert [row["tag"] for row in rows(CONVERSATION_TAGS, spoken.job)] == ["vip"]
    errors = {row["kind"]: row["times"] for row in rows(CONVERSATION_ERRORS, spoken.job)}
    assert errors == {"llm": 2, "tts": 0}
    (used,) = rows(CONVERSATION_USAGE, spoken.job)
    assert (used["kind"], used["model"], used["input_tokens"]) == ("llm", "m-1", 80)


def test_both_spellings_of_an_item_are_one(stored: Dashboard, rows: Rows) -> None:
    spoken = Spoken()
    said = spoken.message("item_1", "user", "Hi", 1.0)
    proto = {"id": "item_1", "role": "USER", "content": [{"text": "Hi"}]}
    proto["created_at"] = "2026-11-30T09:00:00Z"
    item = spoken.logs("chat_history", ("chat item", {"chat.item": {"message": proto}}))
    assert send(stored, LOGS, item).status_code == 200
    assert record(stored, spoken, [said]).status_code == 200
    assert send(stored, LOGS, item).status_code == 200
    (kept,) = rows(CONVERSATION_ITEMS, spoken.job)
    assert (kept["role"], kept["text"]) == ("user", "Hi")


def test_a_recording_that_comes_twice_is_kept_once(
    stored: Dashboard, rows: Rows, files: Path
) -> None:
    spoken = Spoken()
    for _ in range(2):
        assert record(stored, spoken, [], SOUND).status_code == 200
    (found,) = rows(CONVERSATIONS, spoken.job)
    folder = (files / found["recording"]).parent
    assert [path.name for path in folder.glob("*.ogg")] == [Path(found["recording"]).name]


def test_parts_in_a_wrong_order_or_cut_off(stored: Dashboard, rows: Rows) -> None:
    spoken = Spoken()
    body, media_type = spoken.recording([], SOUND)
    for broken in (body[:-20], body[: len(body) // 2], b"", b"x" + body):
        answer = send(stored, RECORDINGS, broken, media_type=media_type, encoding="")
        assert answer.status_code == 400, len(broken)
    answer = send(stored, RECORDINGS, body, media_type="multipart/form-data", encoding="")
    assert answer.status_code == 400
    assert rows(CONVERSATIONS, spoken.job) == []


def test_a_report_without_errors_does_not_hide_those_of_the_trace(
    stored: Dashboard, rows: Rows
) -> None:
    spoken = Spoken()
    failed = spoken.span("llm_node")
    failed.status.code = failed.status.STATUS_CODE_ERROR
    assert send(stored, TRACES, spoken.traces(failed)).status_code == 200
    report = spoken.logs("chat_history", ("session report", {"sdk_version": "1.8.9"}))
    assert send(stored, LOGS, report).status_code == 200
    (found,) = rows(CONVERSATIONS, spoken.job)
    assert (found["sdk_version"], found["errors"]) == ("1.8.9", 1)
    header = spoken.header(errors={"llm": 0})
    assert record(stored, spoken, [], header=header).status_code == 200
    (found,) = rows(CONVERSATIONS, spoken.job)
    assert found["errors"] == 0


def test_values_that_no_database_takes(stored: Dashboard, rows: Rows) -> None:
    spoken = Spoken()
    usage = [{"type": "llm_usage", "model": "m", "input_tokens": 10**14}]
    errors = {"a\0b": 2**31 - 1, "x" * 50: 2**31 - 1, "llm": -1, "tts": 1e300}
    header = spoken.header(errors=errors, usage=usage)
    header.start_time.seconds = 2**62
    assert record(stored, spoken, [], header=header).status_code == 200
    (found,) = rows(CONVERSATIONS, spoken.job)
    assert (found["errors"], found["recording_started_at"]) == (2**31 - 1, None)


def test_hostile_history(stored: Dashboard, rows: Rows) -> None:
    spoken = Spoken()
    said = "<script>\u202e\0" + "x" * 200_000
    deep = json.dumps("[" * 1000)
    items = [
        spoken.message("i1", "user", said, 1.0),
        spoken.message("i" * 500, "wizard", "?", 1.5),
        {"id": "i3", "type": "function_call", "arguments": deep, "created_at": spoken.began},
        {"id": 4, "type": ["x"], "created_at": "never"},
        {"id": "i5", "type": "message", "created_at": 1e300},
        "no item",
    ]
    assert record(stored, spoken, items).status_code == 200
    kept = rows(CONVERSATION_ITEMS, spoken.job)
    assert len(kept) == 3
    assert all(len(row["text"]) <= 100_000 and len(row["item"]) <= 128 for row in kept)
