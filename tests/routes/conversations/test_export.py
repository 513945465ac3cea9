"""/conversations/{job}/export: JSON, text, WebVTT, and what was uploaded; each is audited."""

import io
import json
import re
import shutil
import zipfile
from typing import Any

import pytest
from google.protobuf.json_format import Parse
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from app.text.paths import conversation_path
from tests.routes.conversations import talks
from tests.routes.conversations.conftest import Heard
from tests.support.tokens import give_token, program
from tests.support.uploads import LOGS, TRACES, Spoken, record, send

FORMS = ("json", "text", "vtt", "otlp")


@pytest.fixture(scope="module")
def booking(heard: Heard) -> Spoken:
    """A conversation with everything that a transcript can have, and a sound."""
    spoken = Spoken()
    header = spoken.header(61.5, **talks.report())
    record(heard.dashboard, spoken, talks.booking(spoken), b"OggS" * 100, header=header)
    turn = spoken.span(
        "user_turn",
        4,
        1,
        lk__pii__participant_identity="sip_+15550142111",
        lk__participant_kind="PARTICIPANT_KIND_SIP",
        lk__pii__sip__phoneNumber="+15550142111",
    )
    send(heard.dashboard, TRACES, spoken.traces(turn))
    send(heard.dashboard, LOGS, spoken.logs("worker", ("it began", {"lk.pii.name": "Amara"})))
    return spoken


def _export(heard: Heard, job: str, form: str) -> Any:
    return heard.admin.http.get(f"/conversations/{job}/export", params={"as": form})


@pytest.mark.parametrize(
    ("form", "media", "ending"),
    [
        ("json", "application/json", "json"),
        ("text", "text/plain; charset=utf-8", "txt"),
        ("vtt", "text/vtt; charset=utf-8", "vtt"),
        ("otlp", "application/zip", "zip"),
    ],
)
def test_files_have_safe_names(
    heard: Heard, booking: Spoken, form: str, media: str, ending: str
) -> None:
    answer = _export(heard, booking.job, form)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media
    name = re.fullmatch(
        r'attachment; filename="(conversation-AJ_\w+-\d{8}-\d{6}\.\w+)"',
        answer.headers["content-disposition"],
    )
    assert name
    assert name[1].endswith(f".{ending}")


def test_json_has_everything(heard: Heard, booking: Spoken) -> None:
    found = _export(heard, booking.job, "json").json()
    assert found["job"] == booking.job
    assert found["caller"] == "sip_+15550142111"
    assert found["options"]["max_tool_steps"] == 3
    assert found["errors_by_kind"] == {"llm": 1}
    assert [used["model"] for used in found["usage"]] == ["script-1", "pitch-1", "tone-1"]
    assert [item["kind"] for item in found["items"]][:3] == [
        "agent_handoff",
        "agent_config_update",
        "message",
    ]
    assert len(found["items"]) == 16
    slow = next(item for item in found["items"] if item["id"] == "i11")
    assert slow["delays"]["response"] == 3.4
    assert not {"server", "recording", "waveform"} & found.keys(), "how it is stored"


def test_text(heard: Heard, booking: Spoken) -> None:
    text = _export(heard, booking.job, "text").text
    assert text.startswith("scripted, +15550142111\nJob AJ_")
    for line in (
        "[0:04] Caller: I need to move my visit on Thursday.\n",
        "Agent (response time 0.90 s): You are booked at 10:30.",
        "[0:11] Agent (response time 0.62 s, interrupted after 2.00 s): On Friday",
        '    {"visit": "v_17", "to": "Friday 11:00"}\n    failed after 0.50 s: the slot was taken',
        "reception handed off to billing\n",
    ):
        assert line in text


def test_vtt(heard: Heard, booking: Spoken) -> None:
    text = _export(heard, booking.job, "vtt").text
    assert text.startswith("WEBVTT\n\nNOTE Times are from the start of the recording.\n\n")
    cues = [block.split("\n") for block in text.strip().split("\n\n")[2:]]
    assert len(cues) == 9
    stamp = re.compile(r"(\d\d):(\d\d):(\d\d)\.(\d{3}) --> (\d\d):(\d\d):(\d\d)\.(\d{3})")
    starts = []
    for name, times, words in cues:
        match = stamp.fullmatch(times)
        assert match
        assert match.group(1, 2, 3, 4) < match.group(5, 6, 7, 8)
        assert name.startswith("item-")
        assert words.startswith(("<v Caller>", "<v Agent>"))
        starts.append(match.group(1, 2, 3, 4))
    assert starts == sorted(starts)


def test_otlp_is_what_tools_read(heard: Heard, booking: Spoken) -> None:
    archive = zipfile.ZipFile(io.BytesIO(_export(heard, booking.job, "otlp").content))
    assert archive.testzip() is None
    assert archive.namelist() == ["traces.jsonl", "logs.jsonl", "history.jsonl"]
    (line,) = archive.read("traces.jsonl").splitlines()
    (span,) = json.loads(line)["resourceSpans"][0]["scopeSpans"][0]["spans"]
    assert span["traceId"] == "01" * 16, "OTLP's JSON has IDs in hexadecimal"
    assert re.fullmatch(r"[0-9a-f]{16}", span["spanId"])
    (line,) = archive.read("logs.jsonl").splitlines()
    logs = Parse(line, ExportLogsServiceRequest())
    assert logs.resource_logs[0].scope_logs[0].log_records[0].body.string_value == "it began"
    assert len(json.loads(archive.read("history.jsonl"))["chat_history"]["items"]) == 16


def test_what_cannot_be_read_is_named(heard: Heard) -> None:
    spoken = Spoken()
    record(heard.dashboard, spoken, talks.booking(spoken))
    send(heard.dashboard, TRACES, spoken.traces(spoken.span("user_turn")))
    (lost,) = heard.files.rglob(f"{spoken.job}/traces-*")
    lost.unlink()
    archive = zipfile.ZipFile(io.BytesIO(_export(heard, spoken.job, "otlp").content))
    assert archive.testzip() is None
    assert "traces-" in archive.read("missing.txt").decode()
    assert archive.read("history.jsonl")


def test_a_storage_that_is_gone(heard: Heard) -> None:
    spoken = Spoken()
    record(heard.dashboard, spoken, talks.booking(spoken))
    (folder,) = (path for path in heard.files.rglob(spoken.job) if path.is_dir())
    shutil.rmtree(folder)
    archive = zipfile.ZipFile(io.BytesIO(_export(heard, spoken.job, "otlp").content))
    assert archive.read("missing.txt")
    away = heard.files.rename(heard.files.with_name("away"))
    try:
        answer = _export(heard, spoken.job, "otlp")
        assert answer.status_code == 503
        assert "file storage" in answer.text
        assert heard.admin.get(f"/conversations/{spoken.job}").status == 200
    finally:
        away.rename(heard.files)
    assert _export(heard, spoken.job, "json").status_code == 200
    assert heard.admin.get(f"/conversations/{spoken.job}").status == 200


def test_hostile_texts(heard: Heard) -> None:
    spoken = Spoken(agent="\x1b[31m<b>", job=f"AJ_{'x' * 40}/../\"\r\n")
    forged = "Hi\n[0:09] Agent: I owe you money\n\n00:00:09.000 --> 00:00:10.000\n<v Agent>Forged"
    items = [
        spoken.message("a", "user", forged + talks.HOSTILE, 1),
        *talks.call(spoken, "b", "x\ny", "[" * 1000 + "]" * 1000, '{"a": NaN}', 2),
        {
            "id": "c",
            "type": "agent_config_update",
            "tools_added": ["x"],
            "deep": "x",
            "created_at": spoken.began + 3,
        },
    ]
    assert record(heard.dashboard, spoken, items).status_code == 200
    place = conversation_path(spoken.job)
    answers = {form: heard.admin.http.get(f"{place}/export", params={"as": form}) for form in FORMS}
    for form, answer in answers.items():
        assert answer.status_code == 200, form
        assert re.fullmatch(
            r'attachment; filename="[\w.-]+"', answer.headers["content-disposition"]
        )
    text = answers["text"].text
    assert "\n[0:09]" not in text
    assert "\x1b" not in text
    cues = answers["vtt"].text.strip().split("\n\n")
    assert len(cues) == 3
    assert cues[2].count(" --> ") == 1
    assert "<script>" not in cues[2]
    assert len(json.loads(answers["json"].text)["items"]) == 4


def test_without_a_recording_times_are_from_the_beginning(heard: Heard) -> None:
    spoken = Spoken()
    turns = [
        spoken.span("user_turn", number, lk__pii__user_transcript=f"Line {number}.")
        for number in (0, 2, 30)
    ]
    send(heard.dashboard, TRACES, spoken.traces(*turns))
    text = _export(heard, spoken.job, "vtt").text
    assert "from the start of the conversation" in text
    assert "00:00:00.000 --> 00:00:02.000" in text
    assert "00:00:30.000 --> 00:00:33.000" in text


def test_who_may_export_what(heard: Heard, booking: Spoken) -> None:
    assert heard.viewer.get(f"/conversations/{booking.job}/export").status == 403
    given = give_token(heard.dashboard, "operator", ["server.read", "conversations.read"])
    reader = program(heard.dashboard, given)
    assert reader.get(f"/conversations/{booking.job}/export?as=otlp").status == 403
    for form in ("json", "text", "vtt"):
        answer = reader.http.get(f"/conversations/{booking.job}/export", params={"as": form})
        assert answer.status_code == 200
        assert "5550142" not in answer.text


def test_each_export_is_audited(heard: Heard) -> None:
    spoken = Spoken()
    record(heard.dashboard, spoken)
    assert heard.admin.http.head(f"/conversations/{spoken.job}/export").status_code == 200
    for form in FORMS:
        _export(heard, spoken.job, form)
    audit = heard.admin.get(f"/audit?q={spoken.job}").html
    assert audit.count("Export conversation") == len(FORMS)


@pytest.mark.parametrize("query", ["as=xml", "as="])
def test_a_form_that_is_none(heard: Heard, booking: Spoken, query: str) -> None:
    assert heard.admin.get(f"/conversations/{booking.job}/export?{query}").status == 422


def test_a_conversation_that_is_none(heard: Heard) -> None:
    assert _export(heard, "AJ_none", "json").status_code == 404
