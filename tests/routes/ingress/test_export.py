"""The list of ingresses as a file: /ingress/-/export.csv and .json."""

import csv
import io
import json
import secrets
from typing import Any
from urllib.parse import urlencode

import pytest
from livekit import api

from dev.workers import AudioInput, Standin, VideoInput
from tests.routes.asked import Ask
from tests.routes.conftest import Counted
from tests.routes.ingress.ingresses import state
from tests.support.visitor import Visitor
from tests.support.waiting import until

URL = api.IngressInput.URL_INPUT


def rows(visitor: Visitor, kind: str, **asked: object) -> list[dict[str, Any]]:
    """Download the list, and read it."""
    answer = visitor.get(f"/ingress/-/export.{kind}?{urlencode(asked)}")
    assert answer.status == 200, answer.text
    assert answer.headers["content-disposition"].startswith('attachment; filename="ingress-')
    text = answer.response.content.decode("utf-8-sig")
    if kind == "json":
        return list(json.loads(text))
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_figures_are_livekits_own_and_what_is_not_told_is_empty(
    admin: Visitor, make_ingress: Ask, standin: Standin, livekit: Ask
) -> None:
    part = f"export-{secrets.token_hex(4)}"
    live, idle = make_ingress(name=f"{part} live"), make_ingress(name=f"{part} idle")
    video = VideoInput(average_bitrate=2_345_678, width=1920, height=1080, framerate=29.97)
    audio = AudioInput(channels=1)
    standin.plan_stream(live.stream_key, video=video, audio=audio, bitrates=True)
    standin.publish(live.stream_key)
    until(lambda: state(livekit, live.ingress_id) == "ENDPOINT_PUBLISHING")
    assert not rows(admin, "json", q=part)[0]["video_bitrate"]
    standin.change_stream(live.ingress_id)
    for kind in ("csv", "json"):
        first, second = rows(admin, kind, q=part)
        assert (first["id"], second["id"]) == (live.ingress_id, idle.ingress_id)
        assert [first[name] for name in ("input", "status", "room", "identity", "url")] == [
            "rtmp",
            "publishing",
            live.room_name,
            "encoder",
            live.url,
        ]
        figures = ("width", "height", "frame_rate", "video_bitrate", "channels", "sample_rate")
        assert [float(first[name]) for name in figures] == [1920, 1080, 29.97, 2345678, 1, 44100]
        assert [second[name] or "" for name in (*figures, "started", "ended")] == [""] * 8
        assert first.keys() == second.keys()
    standin.end_stream(live.ingress_id)


@pytest.mark.parametrize("kind", ["csv", "json"])
@pytest.mark.parametrize("who", ["admin", "reader"])
def test_holds_no_key_and_no_credential(
    request: pytest.FixtureRequest, make_ingress: Ask, who: str, kind: str
) -> None:
    part = f"secret-{secrets.token_hex(4)}"
    url = "srt://user:pass-word@media.example:9000?passphrase=srt-secret&streamid=stream-secret"
    push = make_ingress(name=part)
    make_ingress(name=part, input_type=URL, url=url)
    found = rows(request.getfixturevalue(who), kind, q=part)
    text = json.dumps(found, ensure_ascii=False)
    assert {row["url"] for row in found} == {push.url, "srt://••••••@media.example:9000?••••••"}
    for secret in (push.stream_key, "pass-word", "srt-secret", "stream-secret", "user"):
        assert secret not in text
    assert not [name for name in found[0] if "key" in name]


def test_holds_exactly_what_the_list_shows(admin: Visitor, make_ingress: Ask) -> None:
    part = f"same-{secrets.token_hex(4)}"
    whip = api.IngressInput.WHIP_INPUT
    ids = [make_ingress(name=f"{part} {end}", input_type=whip).ingress_id for end in "bac"]
    make_ingress(name=f"{part} other")
    asked = {"q": part.upper(), "input": "whip", "state": "inactive", "sort": "-name"}
    for kind in ("csv", "json"):
        found = [row["id"] for row in rows(admin, kind, **asked, page=2, per_page=1)]
        assert found == [ids[2], ids[0], ids[1]]
    assert rows(admin, "json", q="no-such-ingress") == []


def test_a_spreadsheet_runs_no_formula(admin: Visitor, make_ingress: Ask) -> None:
    evil = '=HYPERLINK("//x","y")'
    part = secrets.token_hex(6)
    make_ingress(name=f"{evil}{part}", room_name=evil, participant_identity=evil)
    (row,) = rows(admin, "csv", q=part)
    assert [row[name] for name in ("name", "room", "identity")] == [
        f"'{evil}{part}",
        f"'{evil}",
        f"'{evil}",
    ]


def test_costs_one_call_and_refuses_what_it_must(
    counted: Counted, admin: Visitor, nobody: Visitor
) -> None:
    _, calls = counted.get("/ingress/-/export.csv")
    assert calls == 1
    assert admin.get("/ingress/-/export.csv?sort=key").status == 422
    assert 400 <= admin.get("/ingress/-/export.xml").status < 500
    assert admin.http.post("/ingress/-/export.csv").status_code == 405
    assert nobody.get("/ingress/-/export.json").status == 401
