"""What a new job would write: /egress/-/preview and the form; as the worker then names it."""

import re
from html import unescape
from typing import Any

import pytest

from app.inputs.egress.preview import FIELDS
from app.inputs.egress.start import StartEgress
from app.text.formatters import visible
from app.web.failures import is_secret
from tests.routes.asked import ODD, Ask
from tests.routes.conftest import Counted
from tests.routes.egress.jobs import NEW, info_of, job_of, start_form, stop
from tests.support.visitor import Seen, Visitor

PREVIEW = "/egress/-/preview"
TAG = re.compile("<[^>]*>")
LATER = {"time": r"\d{4}-\d\d-\d\dT\d{6}", "room_id": r"RM_\w+"}


def names_on(page: Seen) -> list[str]:
    """Return the names of files that the page shows."""
    assert page.status == 200
    return [
        unescape(TAG.sub("", name.partition("</bdi>")[0]))
        for cell in page.html.split('<dd class="mono">')[1:]
        for name in cell.partition("</dd>")[0].split("<bdi>")[1:]
    ]


def previewed(visitor: Visitor, form: dict[str, Any]) -> Seen:
    """Return the preview of a form, asked for as its page does."""
    fields = {name: value for name, value in form.items() if name in FIELDS and value}
    return visitor.get(PREVIEW, params=fields | {"partial": "1"})


def agrees(shown: str, made: str) -> bool:
    """Return whether a name is the one shown, its placeholders filled in."""
    pattern = re.escape(shown.replace("_{number}.jpeg", ""))
    for name, value in LATER.items():
        pattern = pattern.replace(rf"\{{{name}\}}", value)
    return bool(re.fullmatch(pattern, made))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"filepath": "rec/"},
        {"filepath": "../{room_name}/{room_id}-{time}.ogg"},
        {"media": "audio", "filepath": "sound"},
        {"media": "audio", "file_type": "MP3"},
        {"file": "", "segments": "on", "playlist_name": "a/all", "live_playlist_name": "a/live"},
        {"file": "", "segments": "on", "segments_prefix": "hls/s"},
        {"file": "", "images": "on", "images_prefix": "img/"},
    ],
)
def test_the_worker_names_files_as_the_preview_does(
    admin: Visitor, livekit: Ask, room: str, fields: dict[str, Any]
) -> None:
    form = start_form(admin, room=room) | fields
    shown = names_on(previewed(admin, form))
    job = job_of(admin.send(NEW, form))
    info = info_of(livekit, job)
    made = [each.filename for each in info.file_results]
    for playlist in info.segment_results:
        made += filter(None, (playlist.playlist_name, playlist.live_playlist_name))
    made += [each.filename_prefix for each in info.image_results]
    assert made
    assert [name for name in zip(shown, made, strict=False) if not agrees(*name)] == []
    stop(livekit, job)


def test_the_form_shows_it_before_anything_is_typed(admin: Visitor, room: str) -> None:
    page = admin.get(NEW, params={"room": room})
    assert names_on(page) == [f"{room}-{{time}}.mp4"]
    assert "Storage the egress worker's own" in page.text
    assert "{time} start time on the worker's clock." in page.text


def test_a_form_that_comes_back_shows_what_was_typed(admin: Visitor, room: str) -> None:
    typed = {"filepath": "a/{date}", "storage": "s3", "s3_bucket": "tapes", "s3_secret": "half"}
    page = admin.send(NEW, start_form(admin, room=room) | typed)
    assert page.status == 422
    assert "a/{date}.mp4 Storage S3, bucket tapes {date} isn't a placeholder" in page.text


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_names_are_shown_as_they_are(admin: Visitor, odd: str) -> None:
    page = previewed(admin, {"room": odd, "file": "on", "filepath": "x/{room_name}-"})
    assert names_on(page) == [visible(f"x/{odd}-.mp4")]
    assert "<script>alert" not in page.html


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"stream": "on"}, "Stream to the stream URLs below"),
        ({"file": "on", "storage": "gcp"}, "Storage Google Cloud Storage, no bucket yet"),
        (
            {"file": "on", "storage": "azure", "azure_container_name": "c"},
            "Storage Azure Blob Storage, container c",
        ),
        ({"type": "track", "direct": "websocket"}, "Files None"),
        ({"type": "track"}, "File {track_id} - {time} {extension} Storage"),
        ({"type": "participant", "file": "on"}, "File {room_name} - {time} .mp4 Storage"),
        ({}, "Files None"),
    ],
)
def test_what_is_not_chosen_yet_is_said(admin: Visitor, fields: dict[str, str], said: str) -> None:
    assert said in previewed(admin, fields).text


def test_fields_that_are_not_valid_do_not_break_it(admin: Visitor) -> None:
    page = previewed(admin, {"type": "no such", "file": "on", "storage": "ftp", "media": "?"})
    assert names_on(page) == ["{room_name}-{time}.mp4"]
    assert admin.get(PREVIEW).status == 200


def test_no_field_of_its_address_is_a_credential(admin: Visitor) -> None:
    assert [name for name in FIELDS if is_secret(name, "")] == []
    assert set(FIELDS) < set(StartEgress.model_fields)
    assert "urls" not in FIELDS
    (form,) = admin.get(NEW, params={"type": "web"}).all("form", **{"data-preview": PREVIEW})
    assert form["data-preview-fields"].split() == list(FIELDS)


def test_it_asks_livekit_nothing(counted: Counted, room: str) -> None:
    assert counted.get(f"{PREVIEW}?room={room}&file=on&partial=1")[1] == 0
