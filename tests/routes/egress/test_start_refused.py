"""An egress that does not start: what is wrong is said, and nothing typed is lost."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from livekit import api

from dev.stack import Stack
from dev.workers import Fault, Standin
from tests.routes.asked import Ask
from tests.routes.conftest import Join, Start
from tests.routes.egress.jobs import NEW, of_room, start_form
from tests.support.dashboard import managing
from tests.support.fault import Relay
from tests.support.visitor import Seen, Visitor

WRONG: dict[str, tuple[dict[str, str], str, str]] = {
    "no room": ({"room": ""}, "room", "Enter a room."),
    "no output": ({"file": ""}, "file", "Choose at least one output."),
    "mp3 with video": ({"file_type": "MP3"}, "file_type", "MP3 is audio only."),
    "unknown type of file": ({"file_type": "WAV"}, "file_type", "Choose one of"),
    "template of no address": ({"custom_base_url": "x"}, "custom_base_url", "starts with http"),
    "mixing with video": (
        {"audio_mixing": "DUAL_CHANNEL_AGENT"},
        "audio_mixing",
        "Only audio recordings",
    ),
    "images of sound": ({"media": "audio", "images": "on"}, "images", "Images need video."),
    "stream to nowhere": ({"stream": "on"}, "urls", "Enter at least one URL."),
    "stream by http": ({"stream": "on", "urls": "http://a/b/c"}, "urls", "Line 1: use rtmp://"),
    "stream without a key": ({"stream": "on", "urls": "rtmp://a/b"}, "urls", "rtmp://host/app/key"),
    "rtmp in upper case": ({"stream": "on", "urls": "RTMP://h/app/key"}, "urls", "in lower case"),
    "rtmp and srt": (
        {"stream": "on", "urls": "rtmp://a/b/c\nsrt://a:1"},
        "urls",
        "One job streams over either RTMP or SRT",
    ),
    "a space in the key": (
        {"stream": "on", "urls": "rtmp://a/b/c live=1\nrtmp://a/b/c d"},
        "urls",
        "Line 2: write a space in a URL as %20.",
    ),
    "twice the same": (
        {"stream": "on", "urls": "rtmp://a/b/c\nrtmp://a/b/c"},
        "urls",
        "Duplicate URL.",
    ),
    "no number": ({"encoding": "advanced", "width": "wide"}, "width", "whole number"),
    "a negative number": ({"encoding": "advanced", "framerate": "-1"}, "framerate", "0 or more"),
    "no bucket": ({"storage": "s3"}, "s3_bucket", "This field is required."),
    "half a key": (
        {"storage": "s3", "s3_bucket": "b", "s3_access_key": "k"},
        "s3_secret",
        "Enter both",
    ),
    "metadata": (
        {"storage": "s3", "s3_bucket": "b", "s3_metadata": "no equals"},
        "s3_metadata",
        "name=value",
    ),
    "credentials": (
        {"storage": "gcp", "gcp_bucket": "b", "gcp_credentials": "[1]"},
        "gcp_credentials",
        "whole JSON file",
    ),
    "no container": (
        {"storage": "azure", "azure_account_name": "a"},
        "azure_container_name",
        "This field is required.",
    ),
    "no page": ({"type": "web", "url": "example.com"}, "url", "starts with http"),
    "nobody": ({"type": "participant"}, "identity", "Choose a participant."),
    "no track": ({"type": "track"}, "track", "Choose a track."),
    "no tracks": ({"type": "track_composite"}, "audio_track", "Choose an audio track"),
    "websocket": (
        {"type": "track", "track": "TR_x", "direct": "websocket", "websocket_url": "http://a"},
        "websocket_url",
        "starts with ws://",
    ),
}


def marked(page: Seen, field: str) -> bool:
    """Return whether the field is marked as wrong and its reason is tied to it."""
    found = [tag for _, tag in page.tags if tag.get("name") == field]
    return any(t.get("aria-invalid") == "true" for t in found) and bool(
        page.all("p", id=f"e-{field}")
    )


@pytest.mark.parametrize(("changes", "field", "reason"), WRONG.values(), ids=WRONG)
def test_each_wrong_field_is_marked_and_all_is_kept(
    admin: Visitor,
    livekit: Ask,
    stage: dict[str, str],
    changes: dict[str, str],
    field: str,
    reason: str,
) -> None:
    room = stage["room"]
    typed = {"filepath": "typed in vain"} if changes.get("type") != "web" else {}
    fields = start_form(admin, room=room) | typed | changes
    page = admin.send(NEW, fields)
    assert page.status == 422, page.text
    assert reason in page.text
    assert marked(page, field) or field == "room"
    for name, value in changes.items():
        if name not in {"type", "file_type", "track"} and value not in {"", "on"}:
            assert value in page.html.replace("&#34;", '"'), name
    if typed and changes.get("type", "room_composite") != "track_composite":
        assert page.all("input", name="filepath", value="typed in vain")
    assert of_room(livekit, room) == []


def test_a_room_that_is_gone(admin: Visitor) -> None:
    page = admin.send(NEW, start_form(admin, room="gone a moment ago"))
    assert page.status == 404
    assert "requested room does not exist" in page.text
    assert page.all("input", name="room", value="gone a moment ago")


def test_who_or_what_has_left_is_said_at_once(
    admin: Visitor, livekit: Ask, stage: dict[str, str]
) -> None:
    room = stage["room"]
    for changes, field in (
        ({"type": "participant", "identity": "left"}, "identity"),
        ({"type": "track", "track": "TR_left"}, "track"),
        ({"type": "track_composite", "audio_track": "TR_left"}, "audio_track"),
    ):
        page = admin.send(NEW, start_form(admin, room=room) | changes)
        assert page.status == 422, page.text
        assert marked(page, field)
        assert (
            "This participant has left the room." in page.text or "no longer published" in page.text
        )
    assert of_room(livekit, room) == []


def test_what_the_worker_refuses_is_said_without_the_key(
    admin: Visitor, livekit: Ask, room: str, standin: Standin
) -> None:
    said = "invalid url rtmp://127.0.0.1/live/hush-hush: invalid scheme"
    standin.plan(room, refuse=Fault("invalid_argument", said))
    page = admin.send(NEW, start_form(admin, room=room) | {"filepath": "kept"})
    assert page.status == 422
    assert "invalid url rtmp://127.0.0.1/live/{hus..." in page.text
    assert "hush-hush" not in page.html
    assert page.all("input", name="filepath", value="kept")


def test_an_internal_error_of_the_worker_is_said(
    admin: Visitor, room: str, standin: Standin
) -> None:
    standin.plan(room, refuse=Fault("internal", "failed to launch Chrome"))
    page = admin.send(NEW, start_form(admin, room=room))
    assert page.status == 502
    assert "failed to launch Chrome" in page.text


def test_a_worker_with_no_room_for_it_is_no_missing_livekit(
    start_dashboard: Start, room: str, standin: Standin
) -> None:
    standin.plan(room, refuse=Fault("unavailable", "not enough CPU"))
    # LiveKit asks again on its own, for 5 to 14 s, before it passes the refusal on
    patient = start_dashboard(livekit_timeout=40.0).visitor()
    page = patient.send(NEW, start_form(patient, room=room) | {"filepath": "kept"})
    assert page.status == 503
    assert "No egress worker accepted the job." in page.text
    assert "not enough CPU" in page.text
    assert "LiveKit is unreachable" not in page.text
    assert page.all("input", name="filepath", value="kept")


def test_refuses_whoever_must_not(guarded: Callable[..., None], livekit: Ask, room: str) -> None:
    guarded(NEW, type="room_composite", room=room, file="on", filepath="typed in vain")
    assert of_room(livekit, room) == []


@pytest.fixture(scope="module")
def workless(start_dashboard: Start) -> Iterator[Visitor]:
    """A dashboard that waits 1 s for a LiveKit that has no worker."""
    with Stack(workers=False) as stack:
        yield start_dashboard(**managing(stack), livekit_timeout=1.0).visitor()


@pytest.mark.alone
@pytest.mark.parametrize("kind", ["web", "room_composite"])
def test_without_a_worker_it_says_what_to_start(workless: Visitor, kind: str) -> None:
    workless.post("/rooms/-/new", name="lonely")
    fields: dict[str, Any] = start_form(workless, type=kind, room="lonely")
    began = time.monotonic()
    page = workless.send(NEW, fields | {"url": "http://127.0.0.1/x", "filepath": "kept"})
    assert time.monotonic() - began < 2
    assert page.status == 503
    assert (
        "No worker responded. LiveKit responds, but no egress worker accepted the job." in page.text
    )
    assert "Start livekit-egress with the same Redis and API key as LiveKit." in page.text
    assert page.all("input", name="filepath", value="kept")


@pytest.mark.alone
def test_a_worker_that_answers_late_is_told_from_none(
    livekit: Ask, stack: Stack, start_dashboard: Start, room: str, standin: Standin
) -> None:
    standin.plan(room, answer_after=1.2)
    hasty = start_dashboard(livekit_timeout=1.0).visitor()
    page = hasty.send(NEW, start_form(hasty, room=room))
    assert page.status in {503, 504}
    assert "Check the list" in page.text
    assert len(of_room(livekit, room)) <= 1


@pytest.mark.alone
def test_a_livekit_that_hangs_is_told_from_a_missing_worker(
    relay: Relay, start_dashboard: Start, room: str
) -> None:
    visitor = start_dashboard(livekit_url=relay.url, livekit_timeout=1.0).visitor()
    fields = start_form(visitor, room=room)
    relay.mode = "hang"
    began = time.monotonic()
    page = visitor.send(NEW, fields)
    assert time.monotonic() - began < 2
    assert page.status == 504
    assert "no egress worker accepted the job" not in page.text
    assert page.all("input", name="room", value=room)


def test_a_second_click_starts_a_second_job(admin: Visitor, livekit: Ask, room: str) -> None:
    fields = start_form(admin, room=room)
    for _ in range(2):
        assert admin.send(NEW, fields).status == 303
    assert len(of_room(livekit, room)) == 2
    livekit("room.delete_room", api.DeleteRoomRequest(room=room))


@pytest.mark.parametrize("room_taken", [True, False])
def test_nobody_to_choose_is_said(admin: Visitor, room: str, join: Join, room_taken: bool) -> None:
    if room_taken:
        join(room, "silent")
    page = admin.get(NEW, params={"type": "track", "room": room})
    assert ("No participants in the room" in page.text) is not room_taken
