"""What the benchmark of conversations sends: copies of a conversation, and one of any length."""

import gzip
import io
import time

import av
import pytest

from benchmarks.conversations_hour import Length, hour, lengthened
from benchmarks.conversations_replay import Captured, Copy, Recorded, captured, spans_of
from benchmarks.conversations_rows import WORDS, word
from tests.support.recorder import Request
from tests.support.sounds import recording
from tests.support.uploads import LOGS, RECORDINGS, TRACES, Spoken

TURNS = ("agent_turn", "llm_node", "llm_request")


@pytest.fixture(scope="module")
def talk() -> Captured:
    """Return what an agent uploaded for a conversation with one turn."""
    spoken = Spoken(job="AJ_captured0001", room_sid="RM_captured0001", room="talk-captured")
    spans = [spoken.span("agent_session", 0, 10)]
    for number, name in enumerate(TURNS):
        spans.append(spoken.span(name, 1 + number, parent=spans[-1].span_id))
    said = [
        spoken.message("item_0a", "user", "Hello", 1),
        spoken.message("item_0b", "assistant", "Hi", 2),
    ]
    body, media_type = spoken.recording(said, recording(1))
    packed = {"content-type": "application/x-protobuf"}
    sent = [
        (TRACES, packed, gzip.compress(spoken.traces(*spans))),
        (LOGS, packed, gzip.compress(spoken.logs("livekit.agents", ("started", {})))),
        (RECORDINGS, {"content-type": media_type}, body),
    ]
    requests = [
        Request(spoken.began + number, "POST", path, headers, body)
        for number, (path, headers, body) in enumerate(sent)
    ]
    return captured(spoken.job, spoken.room, requests)


def test_a_copy_is_another_job_at_another_time(talk: Captured) -> None:
    copy = Copy(talk, 100)
    uploads = copy.uploads()
    for before, after in zip(talk.uploads, uploads, strict=True):
        _, body = after.packed()
        content = gzip.decompress(body) if before.path != RECORDINGS else body
        assert copy.job.encode() in content
        for name in (talk.job, talk.room_sid):
            assert name.encode() not in content
    for before, after in zip(talk.uploads, uploads, strict=True):
        for old, new in zip(spans_of(before.content), spans_of(after.content), strict=True):
            assert new.start_time_unix_nano - old.start_time_unix_nano == 100 * 10**9
            assert new.span_id == old.span_id
    moved = uploads[-1].content
    assert isinstance(moved, Recorded)
    for old, new in zip(talk.recorded.items, moved.items, strict=True):
        assert new["created_at"] - old["created_at"] == pytest.approx(100)
    assert moved.sound == talk.recorded.sound


def test_a_conversation_has_as_many_turns_and_spans_as_asked_for(talk: Captured) -> None:
    job, uploads = hour(talk, Length(seconds=60, turns=12, spans=70))
    sent = list(uploads)
    spans = [span for upload in sent for span in spans_of(upload.content)]
    known = {span.span_id for span in spans}
    assert len(spans) == len(known) == 70
    assert sum(span.name == "agent_session" for span in spans) == 1
    assert all(not span.parent_span_id or span.parent_span_id in known for span in spans)
    recorded = next(each.content for each in sent if isinstance(each.content, Recorded))
    assert recorded.header.job_id == job
    assert len({item["id"] for item in recorded.items}) == len(recorded.items) == 24
    assert [item["role"] for item in recorded.items].count("user") == 12
    ended = max(span.end_time_unix_nano for span in spans) / 1e9
    assert ended == pytest.approx(time.time(), abs=60)
    assert seconds(recorded.sound) == pytest.approx(60, abs=2)


def test_a_sound_is_as_large_as_asked_for() -> None:
    sound = lengthened(recording(1), size=300_000)
    assert 300_000 <= len(sound) < 350_000
    assert seconds(sound) > 1


def test_every_rank_has_a_word_of_its_own() -> None:
    assert len({word(rank) for rank in range(WORDS)}) == WORDS


def seconds(sound: bytes) -> float:
    """Return how long a sound is, as its file says."""
    with av.open(io.BytesIO(sound), "r") as file:
        return (file.duration or 0) / av.time_base
