"""The list of recordings: what it shows to whom, its filters, and its export."""

import csv
import io
import json

import pytest

from app.text.paths import API
from tests.routes.recordings.conftest import Recorded
from tests.support.history import minutes
from tests.support.recordings import recording_row
from tests.support.waiting import until
from tests.support.webhooks import deliver, event

HOSTILE = '<script>alert(1)</script> "x" \u202e.mp4'
ROWS = [
    recording_row("EG_1", room="support-1", filename="calls/ann.mp4", size=2_000_000),
    recording_row("EG_2", room="support-2", kind="hls", state="there", started_at=minutes(1)),
    recording_row("EG_3", room=HOSTILE, filename=HOSTILE, state="missing", started_at=minutes(2)),
    recording_row("EG_4", room="", kind="images", location="", pieces=3, started_at=minutes(3)),
]


@pytest.fixture(scope="module")
def listed(recorded: Recorded) -> Recorded:
    """A dashboard with some recordings."""
    assert "No recordings yet" in recorded.admin.get("/recordings").text
    recorded.keep(*ROWS)
    return recorded


def shown(recorded: Recorded, query: str = "") -> list[str]:
    """Return the IDs of the jobs in the list."""
    page = recorded.admin.get(f"/recordings?{query}")
    assert page.status == 200, page.text
    ids = [tags["id"] for tags in page.all("tr") if "id" in tags]
    return [each.removeprefix("recording-").partition(".")[0] for each in ids]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "EG_4 EG_3 EG_2 EG_1"),
        ("room=support-*", "EG_2 EG_1"),
        ("q=ANN", "EG_1"),
        ("q=EG_2", "EG_2"),
        ("egress=EG_2", "EG_2"),
        ("kind=images", "EG_4"),
        ("state=missing", "EG_3"),
        ("larger=1mb", "EG_1"),
        ("type=track", ""),
        ("since=2020-01-01&until=2020-01-02", ""),
    ],
)
def test_filters(listed: Recorded, query: str, expected: str) -> None:
    assert shown(listed, query) == expected.split()


@pytest.mark.parametrize("query", ["state=odd", "kind=exe", "larger=2", "before=1", "span=2d"])
def test_what_is_no_filter(listed: Recorded, query: str) -> None:
    assert listed.admin.get(f"/recordings?{query}").status in {400, 422}


def test_hostile_names_are_texts(listed: Recorded) -> None:
    page = listed.admin.get("/recordings")
    assert HOSTILE.replace("\u202e", "[U+202E]") in page.text
    assert "<script>alert" not in page.html
    assert listed.admin.get("/recordings/EG_3.1").status == 200


def test_pages(listed: Recorded) -> None:
    first = listed.admin.get("/recordings?per_page=25")
    assert 'rel="next"' not in first.html
    assert "Newest first" in first.text


def test_who_sees_it(listed: Recorded) -> None:
    for path in ("/recordings", "/recordings/-/export.csv", "/recordings/EG_1.1"):
        assert listed.support.get(path).status == 200
        assert listed.viewer.get(path).status == 403
        assert listed.viewer.get(f"{API}/recordings").status == 403


def test_names_are_masked_without_the_permission_for_personal_data(listed: Recorded) -> None:
    reader = listed.with_only("server.read", "recordings.read")
    for path in ("/recordings", "/recordings/EG_1.1"):
        page = reader.get(path)
        assert page.status == 200
        assert "ann.mp4" not in page.html
        assert "/nowhere/" not in page.html
        assert "support-1" in page.text
    assert reader.get("/recordings?q=ann").status == 403
    assert reader.get("/recordings?q=EG_1").status == 200
    exported = reader.http.get("/recordings/-/export.csv")
    assert "ann.mp4" not in exported.text
    assert reader.http.get("/recordings/-/export.csv?q=ann").status_code == 403
    found = reader.http.get(f"{API}/recordings?room=support-1").json()["items"]
    assert [(each["filename"], each["location"]) for each in found] == [("", "")]
    assert reader.http.get(f"{API}/recordings?q=ann").status_code == 403


def test_the_export(listed: Recorded) -> None:
    text = listed.admin.http.get("/recordings/-/export.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["egress_id"] for row in rows] == ["EG_4", "EG_3", "EG_2", "EG_1"]
    assert (rows[3]["filename"], rows[3]["size"]) == ("calls/ann.mp4", "2000000")
    assert (rows[0]["size"], rows[0]["pieces"]) == ("", "3"), "nothing that wasn't reported"
    filtered = json.loads(listed.admin.http.get("/recordings/-/export.json?kind=hls").text)
    assert [(row["id"], row["state"]) for row in filtered] == [("EG_2.1", "there")]
    assert filtered[0]["duration"] == 600.0
    assert listed.admin.http.head("/recordings/-/export.csv").content == b""


def test_the_api(listed: Recorded) -> None:
    first = listed.admin.http.get(f"{API}/recordings?limit=3").json()
    assert [each["id"] for each in first["items"]] == ["EG_4.1", "EG_3.1", "EG_2.1"]
    last = listed.admin.http.get(f"{API}/recordings?limit=3&cursor={first['next']}").json()
    assert [each["id"] for each in last["items"]] == ["EG_1.1"]
    assert last["next"] is None
    one = listed.admin.http.get(f"{API}/recordings/EG_1.1").json()
    assert one == last["items"][0]
    assert (one["size"], one["duration"], one["checked_at"]) == (2_000_000, 600.0, None)
    filtered = listed.admin.http.get(f"{API}/recordings?state=missing&room=*script*").json()
    assert [each["egress_id"] for each in filtered["items"]] == ["EG_3"]
    for query in ("egress_id=EG_2", "kind=hls", "q=EG_2"):
        found = listed.admin.http.get(f"{API}/recordings?{query}").json()["items"]
        assert [each["egress_id"] for each in found] == ["EG_2"]
    large = listed.admin.http.get(f"{API}/recordings?larger=1mb").json()["items"]
    assert [each["egress_id"] for each in large] == ["EG_1"]
    assert listed.admin.http.get(f"{API}/recordings?larger=2").status_code == 422
    assert listed.admin.http.get(f"{API}/recordings/EG_none.1").status_code == 404


def test_one_that_a_webhook_reports(listed: Recorded) -> None:
    result = {"filename": "reported.mp4", "location": "/out/reported.mp4", "size": "5"}
    info = {"egressId": "EG_reported", "roomName": "standup", "status": "EGRESS_COMPLETE"}
    sent = info | {"endedAt": "1790000000000000000", "fileResults": [result]}
    deliver(listed.dashboard, event("egress_ended", egressInfo=sent))
    until(lambda: shown(listed, "egress=EG_reported") == ["EG_reported"])
