"""Storage presets: offered by name, used as a whole, and their credentials are shown nowhere."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict

from app.text.paths import egress_path
from dev.workers import Standin
from tests.routes.asked import Ask
from tests.routes.conftest import Start
from tests.routes.egress.jobs import NEW, job_of, of_room, start_form, stop
from tests.routes.filled import filled, marked, reason
from tests.support.visitor import Visitor

KEY, SECRET = "AKIA-hush-hush-key-of-presets", "hush-hush-secret-of-presets"
TAPES = """
[[preset]]
name = "Tapes"
type = "s3"
bucket = "tapes"
region = "eu-1"
endpoint = "https://s3.example.com"
path_prefix = "daily"
force_path_style = true
metadata = { team = "core" }
access_key = { env = "PRESETS_KEY" }
secret = { env = "PRESETS_SECRET" }
proxy_url = "http://127.0.0.1:3128"
proxy_username = "p"
proxy_password = { env = "PRESETS_SECRET" }
"""
ODD = "<b>'Odd' & \\\"preset:\\\" </b>"
OTHERS = f"""
[[preset]]
name = "{ODD}"
type = "azure"
account_name = "hush-hush-account"
account_key = {{ env = "PRESETS_SECRET" }}
container_name = "c"

[[preset]]
name = "Google"
type = "gcp"
bucket = "b"

[[preset]]
name = "Alibaba"
type = "alioss"
bucket = "o"
access_key = {{ env = "PRESETS_KEY" }}
secret = {{ env = "PRESETS_SECRET" }}
"""
UPLOAD = {
    "bucket": "tapes",
    "region": "eu-1",
    "endpoint": "https://s3.example.com",
    "force_path_style": True,
    "metadata": {"team": "core"},
    "access_key": KEY,
    "secret": SECRET,
    "proxy": {"url": "http://127.0.0.1:3128", "username": "p", "password": SECRET},
}
With = Callable[[str], Visitor]


@pytest.fixture(scope="module")
def with_presets(start_dashboard: Start) -> With:
    """Return what opens a dashboard with these presets."""

    def opened(text: str) -> Visitor:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PRESETS_KEY", KEY)
            patch.setenv("PRESETS_SECRET", SECRET)
            return start_dashboard(egress_presets=text).visitor()

    return opened


@pytest.fixture(scope="module")
def one(with_presets: With) -> Visitor:
    """A dashboard with one preset."""
    return with_presets(TAPES)


@pytest.fixture(scope="module")
def several(with_presets: With) -> Visitor:
    """A dashboard with several presets."""
    return with_presets(TAPES + OTHERS)


def asked(visitor: Visitor, standin: Standin, livekit: Ask, **fields: Any) -> dict[str, Any]:
    """Start a job by the form, and return the outputs that its worker received."""
    query = {name: fields[name] for name in ("type", "room") if name in fields}
    job = job_of(visitor.send(NEW, start_form(visitor, **query) | fields))
    request: dict[str, Any] = MessageToDict(
        standin.job(job).asked, preserving_proto_field_name=True
    )
    stop(livekit, job)
    return request


def test_the_only_one_is_preselected(one: Visitor, several: Visitor, room: str) -> None:
    page = one.get(NEW, params={"room": room})
    assert filled(page)["storage"] == "preset:Tapes"
    assert f"File daily/{room}- {{time}} .mp4 Storage preset Tapes , bucket tapes" in page.text
    assert filled(several.get(NEW, params={"room": room}))["storage"] == ""


def test_they_come_before_the_details(several: Visitor, room: str) -> None:
    page = several.get(NEW, params={"room": room})
    groups = [group["label"] for group in page.all("optgroup")]
    assert groups == ["Presets", "Enter storage details"]
    values = [option["value"] for option in page.all("option") if "value" in option]
    storage = values[values.index("preset:Tapes") :]
    odd = "preset:" + json.loads(f'"{ODD}"')
    assert storage[:5] == ["preset:Tapes", odd, "preset:Google", "preset:Alibaba", ""]
    assert "<b>'Odd'" not in page.html


def test_it_reaches_the_worker_for_every_output(
    one: Visitor, standin: Standin, livekit: Ask, room: str
) -> None:
    outputs = {"segments": "on", "images": "on", "images_prefix": "../../img/i"}
    request = asked(one, standin, livekit, room=room, filepath="/{room_name}", **outputs)
    assert request["file_outputs"] == [{"filepath": "daily/{room_name}", "s3": UPLOAD}]
    assert request["segment_outputs"] == [{"filename_prefix": "daily/", "s3": UPLOAD}]
    assert request["image_outputs"] == [{"filename_prefix": "daily/img/i", "s3": UPLOAD}]


def test_a_track_goes_there_too(
    one: Visitor, standin: Standin, livekit: Ask, stage: dict[str, str]
) -> None:
    track = {"type": "track", "room": stage["room"], "track": stage["audio"]}
    request = asked(one, standin, livekit, **track, filepath="t/{track_id}")
    assert request["file"] == {"filepath": "daily/t/{track_id}", "s3": UPLOAD}
    socket = {"direct": "websocket", "websocket_url": "wss://127.0.0.1/a"}
    assert "file" not in asked(one, standin, livekit, **track, **socket)


@pytest.mark.parametrize(
    ("name", "provider", "upload"),
    [
        (
            json.loads(f'"{ODD}"'),
            "azure",
            {"account_name": "hush-hush-account", "account_key": SECRET, "container_name": "c"},
        ),
        ("Google", "gcp", {"bucket": "b"}),
        ("Alibaba", "aliOSS", {"bucket": "o", "access_key": KEY, "secret": SECRET}),
    ],
)
def test_every_type(
    several: Visitor,
    standin: Standin,
    livekit: Ask,
    room: str,
    name: str,
    provider: str,
    upload: dict[str, str],
) -> None:
    request = asked(several, standin, livekit, room=room, storage=f"preset:{name}")
    assert request["file_outputs"] == [{provider: upload}]


def test_its_place_cannot_be_changed(
    one: Visitor, standin: Standin, livekit: Ask, room: str
) -> None:
    elsewhere = {
        "s3_bucket": "mine",
        "s3_endpoint": "https://attacker.example.com",
        "s3_region": "x",
        "proxy_url": "http://attacker.example.com",
        "filepath": "../../../mine/{room_name}",
    }
    request = asked(one, standin, livekit, room=room, storage="preset:Tapes", **elsewhere)
    assert request["file_outputs"] == [{"filepath": "daily/mine/{room_name}", "s3": UPLOAD}]


def test_its_credentials_are_shown_nowhere(one: Visitor, livekit: Ask, room: str) -> None:
    job = job_of(one.send(NEW, start_form(one, room=room)))
    pages = [
        one.get(path)
        for path in (
            *(egress_path(job), "/egress", f"/egress/-/export.json?q={job}", "/settings"),
            *(f"{NEW}?room={room}", f"/egress/-/preview?storage=preset:Tapes&file=on&room={room}"),
        )
    ]
    again = one.send(NEW, start_form(one, room=room) | {"file_type": "WAV"})
    assert again.status == 422
    for page in (*pages, again):
        assert KEY not in page.html
        assert SECRET not in page.html
        assert "s3.example.com" not in page.html or page is pages[0], "LiveKit reports the place"
    assert "lk egress start" not in pages[0].text, "no command can repeat it"
    stop(livekit, job)


def test_settings_show_names_and_the_report_not_even_these(one: Visitor) -> None:
    page = one.get("/settings")
    assert "EGRESS_PRESETS Named storage for recordings. Tapes the program" in page.text
    report = page.html.partition("<pre class")[2]
    assert "EGRESS_PRESETS=(set)" in report
    assert "Tapes" not in report.partition("</pre>")[0]


def test_one_that_is_gone_is_marked_and_all_is_kept(one: Visitor, livekit: Ask, room: str) -> None:
    typed = {"storage": "preset:Gone <b>", "filepath": "kept/", "s3_bucket": "also kept"}
    page = one.send(NEW, start_form(one, room=room) | typed)
    assert page.status == 422
    assert marked(page) == ["storage"]
    assert reason(page, "storage") == "This preset no longer exists. Choose another storage."
    assert {name: filled(page)[name] for name in typed} == typed
    assert "Gone <b> (no longer exists)" in page.text
    assert of_room(livekit, room) == []


def test_without_presets_the_form_is_as_before(admin: Visitor, room: str) -> None:
    page = admin.get(NEW, params={"room": room})
    assert [group["label"] for group in page.all("optgroup")] == ["Enter storage details"]
    assert filled(page)["storage"] == ""
    assert admin.send(NEW, start_form(admin, room=room) | {"storage": "preset:"}).status == 422
