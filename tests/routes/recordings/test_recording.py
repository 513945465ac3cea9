"""The page of a recording and its file: ranges, types, names, who may, and that it is audited."""

import os
import re
from pathlib import Path

import pytest

from app.services.recordings import places
from app.text.formatters import visible
from app.text.paths import API, recording_path
from tests.routes.recordings.conftest import SOUND, Recorded
from tests.support.history import SESSIONS, keep, session
from tests.support.recordings import of_file, recording_row

HTML = b"<!doctype html><script>alert(1)</script>"


def test_the_page(recorded: Recorded) -> None:
    recorded.sound("EG_page", room_sid="RM_standup")
    page = recorded.admin.get("/recordings/EG_page.1")
    assert page.status == 200
    assert "media-src 'self'" in page.headers["content-security-policy"]
    (player,) = page.all("audio")
    assert (player["src"], player["preload"]) == ("/recordings/EG_page.1/file", "none")
    assert 'href="/sessions/RM_standup"' in page.html
    assert str(recorded.root) in page.text
    assert "RECORDINGS_ROOT" in page.text
    assert "/recordings/EG_page.1/link" not in page.html, "only buckets have links"


@pytest.mark.parametrize("base", ["", API])
def test_all_of_the_file_and_a_part(recorded: Recorded, base: str) -> None:
    recorded.sound(f"EG_file{len(base)}")
    path = f"{base}/recordings/EG_file{len(base)}.1/file"
    found = recorded.admin.http.get(path)
    assert (found.status_code, found.content) == (200, SOUND)
    assert found.headers["content-type"] == "audio/ogg"
    assert found.headers["cache-control"] == "no-store"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in found.headers["content-security-policy"]
    part = recorded.admin.http.get(path, headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, SOUND[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(SOUND)}"
    none = recorded.admin.http.get(path, headers={"range": "bytes=99999999-"})
    assert none.status_code == 416
    head = recorded.admin.http.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(SOUND))


def test_in_the_player_and_as_a_file(recorded: Recorded) -> None:
    recorded.sound("EG_name")
    path = "/recordings/EG_name.1/file"
    assert recorded.admin.http.get(path).headers["content-disposition"] == "inline"
    named = recorded.admin.http.get(f"{path}?download=1").headers["content-disposition"]
    assert named == 'attachment; filename="EG_name.ogg"'
    reader = recorded.with_only("recordings.read")
    named = reader.http.get(f"{path}?download=1").headers["content-disposition"]
    assert named == 'attachment; filename="EG_name.1.ogg"'


@pytest.mark.parametrize(
    ("name", "as_file"),
    [
        ('a "x"; filename=evil.html .mp4', "a-x-filename-evil.html.mp4"),
        ("\u202egnp.4pm\u202c.ogg", "gnp.4pm.ogg"),
        ("<script>.HTML", "script.html"),
        ("a\\b\u00e9.%2e.mp4", "a-b-.-2e.mp4"),
        ("...mp4", "recording.mp4"),
        ("no ending", "no-ending.bin"),
    ],
)
def test_hostile_names(recorded: Recorded, name: str, as_file: str) -> None:
    key = f"EG_{abs(hash(name))}"
    recorded.keep(recording_row(key, **recorded.file(name, HTML)))
    found = recorded.admin.http.get(f"/recordings/{key}.1/file")
    assert (found.status_code, found.content) == (200, HTML)
    assert found.headers["content-type"] == "application/octet-stream"
    assert found.headers["content-disposition"] == f'attachment; filename="{as_file}"'
    page = recorded.admin.get(f"/recordings/{key}.1")
    assert visible(name) in page.text
    assert page.all("audio") == page.all("video") == []
    assert "it isn't what its name says" in page.text


def test_names_that_lead_out_of_the_folder(recorded: Recorded, tmp_path: Path) -> None:
    (tmp_path / "secret.ogg").write_bytes(SOUND)
    (recorded.root / "link.ogg").symlink_to(tmp_path / "secret.ogg")
    (recorded.root / "up").symlink_to(tmp_path)
    up = f"{recorded.root}/../{tmp_path.name}/secret.ogg"
    outside = {
        "EG_out1": str(tmp_path / "secret.ogg"),
        "EG_out2": up,
        "EG_out3": f"{recorded.root}/link.ogg",
        "EG_out4": f"{recorded.root}/up/secret.ogg",
        "EG_out5": "file:///etc/passwd",
        "EG_out6": recorded.dashboard.url,
    }
    for key, location in outside.items():
        recorded.keep(recording_row(key, kind="ogg", location=location))
        found = recorded.admin.http.get(f"/recordings/{key}.1/file")
        assert found.status_code == 404, location
        assert recorded.admin.get(f"/recordings/{key}.1").status == 200


def test_one_that_no_storage_holds_says_what_to_set(recorded: Recorded) -> None:
    recorded.keep(recording_row("EG_far", location="https://tapes.s3.amazonaws.com/EG_far.mp4"))
    page = recorded.admin.get("/recordings/EG_far.1")
    assert places.NOT_DECLARED in page.text
    assert recorded.admin.get("/recordings/EG_far.1/file").status == 404
    assert "/recordings/EG_far.1/delete" not in page.html


def test_one_that_is_gone_or_of_another_size(recorded: Recorded) -> None:
    row = recorded.sound("EG_gone")
    (recorded.root / "EG_gone.ogg").write_bytes(SOUND + b"more")
    page = recorded.admin.get("/recordings/EG_gone.1")
    assert "isn't as it was reported" in page.text
    assert len(page.all("audio")) == 1
    Path(str(row["location"])).unlink()
    page = recorded.admin.get("/recordings/EG_gone.1")
    assert "This file is gone" in page.text
    assert recorded.admin.get("/recordings/EG_gone.1/file").status == 404


def test_with_the_folder_away(recorded: Recorded) -> None:
    recorded.sound("EG_away")
    away = recorded.root.with_name(f"{recorded.root.name}-away")
    recorded.root.rename(away)
    try:
        assert recorded.admin.get("/recordings").status == 200
        page = recorded.admin.get("/recordings/EG_away.1")
        assert page.status == 200
        assert "the folder doesn't exist" in page.text
        assert "RECORDINGS_ROOT is mounted" in page.text
        found = recorded.admin.get("/recordings/EG_away.1/file")
        assert found.status == 503
        assert "The storage of this recording failed" in found.text
    finally:
        away.rename(recorded.root)


def test_video_and_what_only_looks_like_it(recorded: Recorded) -> None:
    mp4 = b"\0\0\0\x18ftypmp42" + b"x" * 100
    kept = {"EG_mp4": mp4, "EG_fake": HTML}
    for key, content in kept.items():
        (recorded.root / f"{key}.mp4").write_bytes(content)
        recorded.keep(recording_row(key, **of_file(recorded.root / f"{key}.mp4")))
    page = recorded.admin.get("/recordings/EG_mp4.1")
    assert len(page.all("video")) == 1
    found = recorded.admin.http.get("/recordings/EG_mp4.1/file")
    assert found.headers["content-type"] == "video/mp4"
    fake = recorded.admin.http.get("/recordings/EG_fake.1/file")
    assert fake.headers["content-type"] == "application/octet-stream"
    assert fake.headers["content-disposition"].startswith("attachment")


def test_many_files_are_only_listed(recorded: Recorded) -> None:
    own = recorded.file("all.m3u8", b"#EXTM3U") | {"kind": "hls", "pieces": 12}
    images = recording_row("EG_img", location="", kind="images")
    recorded.keep(recording_row("EG_hls", **own), images)
    page = recorded.admin.get("/recordings/EG_hls.1")
    assert "These are many files" in page.text
    assert "12 files" in page.text
    assert recorded.admin.get("/recordings/EG_hls.1/file").status == 404
    assert "doesn't report where images are" in recorded.admin.get("/recordings/EG_img.1").text


def test_a_job_with_a_strange_id(recorded: Recorded) -> None:
    key = "EG/<b>\u202e ../"
    recorded.keep(recording_row(key, **recorded.file("strange.ogg")))
    page = recorded.admin.get(recording_path(f"{key}.1"))
    assert page.status == 200
    (href,) = re.findall(r'href="([^"]*/file)\?download=1"', page.html)
    assert recorded.admin.http.get(href).content == SOUND


def test_who_may_not(recorded: Recorded) -> None:
    recorded.sound("EG_who")
    for path in ("", "/file"):
        assert recorded.viewer.get(f"/recordings/EG_who.1{path}").status == 403
        assert recorded.support.get(f"/recordings/EG_who.1{path}").status == 200
        assert recorded.admin.get(f"/recordings/EG_none.1{path}").status == 404


def test_each_opening_is_audited_and_not_each_part(recorded: Recorded) -> None:
    recorded.sound("EG_audit")
    path = "/recordings/EG_audit.1/file"
    recorded.admin.http.head(path)
    recorded.admin.get("/recordings/EG_audit.1")
    assert recorded.audited("EG_audit.1", "Open egress recording") == 0
    for start in (500, 0, 1000):
        recorded.admin.http.get(path, headers={"range": f"bytes={start}-"})
    assert recorded.audited("EG_audit.1", "Open egress recording") == 1
    recorded.admin.http.get(f"{path}?download=1")
    assert recorded.audited("EG_audit.1", "Open egress recording") == 2
    assert "history" in recorded.admin.get("/recordings/EG_audit.1").text.lower()


def test_sessions_and_jobs_lead_to_them(recorded: Recorded) -> None:
    rows = {SESSIONS: [session("RM_led", "led", egress=1), session("RM_not", "led")]}
    keep(recorded.dashboard.settings.stored_in, rows)
    link = 'href="/recordings?session=RM_led"'
    assert link in recorded.admin.get("/sessions/RM_led").html
    assert link not in recorded.viewer.get("/sessions/RM_led").html
    assert "/recordings?session" not in recorded.admin.get("/sessions/RM_not").html


def test_the_validator_changes_with_a_file_of_the_same_size(recorded: Recorded) -> None:
    recorded.sound("EG_etag")
    path = "/recordings/EG_etag.1/file"
    before = recorded.admin.http.get(path).headers["etag"]
    assert recorded.admin.http.get(path).headers["etag"] == before
    os.utime(recorded.root / "EG_etag.ogg", (1, 1))
    assert recorded.admin.http.get(path).headers["etag"] != before
