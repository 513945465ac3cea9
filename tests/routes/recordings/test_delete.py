"""Deleting the file of a recording: asked, done, audited, and not by everybody."""

from datetime import timedelta

from tests.routes.recordings.conftest import Recorded
from tests.support.history import BEGAN
from tests.support.recordings import recording_row


def test_it_is_asked_and_done(recorded: Recorded) -> None:
    recorded.sound("EG_del")
    asked = recorded.admin.get("/recordings/EG_del.1/delete")
    assert asked.status == 200
    assert "EG_del.ogg" in asked.text
    assert "can't be undone" in asked.text
    answer = recorded.admin.post("/recordings/EG_del.1/delete")
    assert (answer.status, answer.location) == (303, "/recordings")
    assert not (recorded.root / "EG_del.ogg").exists()
    page = recorded.admin.get("/recordings/EG_del.1")
    assert "The file was deleted" in page.text
    assert "by admin" in page.text
    assert page.all("audio") == []
    assert recorded.admin.get("/recordings/EG_del.1/file").status == 404
    assert recorded.audited("EG_del.1", "Delete egress recording") == 1


def test_a_second_click(recorded: Recorded) -> None:
    recorded.sound("EG_twice")
    assert recorded.admin.post("/recordings/EG_twice.1/delete").status == 303
    again = recorded.admin.post("/recordings/EG_twice.1/delete")
    assert again.status == 409
    assert "be deleted from here" in again.text


def test_what_cannot_be_deleted(recorded: Recorded) -> None:
    recorded.keep(
        recording_row("EG_far", location="https://tapes.s3.amazonaws.com/EG_far.mp4"),
        recording_row("EG_hls", **recorded.file("d.m3u8") | {"kind": "hls"}),
    )
    for key in ("EG_far", "EG_hls"):
        assert recorded.admin.get(f"/recordings/{key}.1/delete").status == 409
        assert recorded.admin.post(f"/recordings/{key}.1/delete").status == 409
    assert (recorded.root / "d.m3u8").exists()
    assert recorded.admin.post("/recordings/EG_none.1/delete").status == 404


def test_a_folder_that_is_away(recorded: Recorded) -> None:
    recorded.sound("EG_safe")
    away = recorded.root.with_name(f"{recorded.root.name}-away")
    recorded.root.rename(away)
    try:
        failed = recorded.admin.post("/recordings/EG_safe.1/delete")
        assert failed.status == 503
        assert "The storage of this recording failed" in failed.text
    finally:
        away.rename(recorded.root)
    assert len(recorded.admin.get("/recordings/EG_safe.1").all("audio")) == 1


def test_who_may_not(recorded: Recorded) -> None:
    recorded.sound("EG_kept")
    path = "/recordings/EG_kept.1/delete"
    for who in (recorded.support, recorded.viewer):
        assert who.get(path).status == 403
        assert who.http.post(path).status_code == 403
    assert path not in recorded.support.get("/recordings/EG_kept.1").html
    assert path in recorded.admin.get("/recordings/EG_kept.1").html
    wrong = recorded.admin.http.post(path, data={"csrf": "wrong"})
    assert wrong.status_code == 403
    assert recorded.admin.http.put(path).status_code == 405
    assert (recorded.root / "EG_kept.ogg").exists()


def test_one_that_a_later_recording_replaced(recorded: Recorded) -> None:
    row = recorded.file("daily.mp4")
    later = BEGAN + timedelta(days=1)
    recorded.keep(
        recording_row("EG_monday", **row), recording_row("EG_tuesday", started_at=later, **row)
    )
    for page in (recorded.admin.get, recorded.admin.post):
        refused = page("/recordings/EG_monday.1/delete")
        assert refused.status == 409
        assert "A later recording has the same path" in refused.text
    assert (recorded.root / "daily.mp4").exists()
