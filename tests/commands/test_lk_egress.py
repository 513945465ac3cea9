"""The `lk` commands about egress, run by real shells; no secret is in them."""

import json
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict
from hypothesis import given
from livekit.protocol import egress

from app.commands.lk import egress as lk_egress
from app.services.egress.outputs import request_of
from app.services.egress.sources import type_of
from app.services.livekit.redaction import plain
from tests.services.egress.secret_requests import jobs
from tests.support.shells import HOSTILE, SHELLS, ran

STRANGE = ["", "-rf", "--help", "a b", "$(id)", "`id`", "a;b", "a\nb", "EG_\u202e", "%t"]
FILE = egress.EncodedFileOutput(filepath="{room_name}-{time}")
STORED = egress.EncodedFileOutput(azure=egress.AzureBlobUpload(account_name="{account_name}"))


def test_reading_and_stopping() -> None:
    assert lk_egress.list_egress() == "lk egress list"
    assert lk_egress.list_egress(running=True) == "lk egress list --active"
    assert lk_egress.get_egress(ids=["EG_1"]) == "lk egress list --id EG_1"
    assert lk_egress.stop_egress(ids=["EG_1"]) == "lk egress stop --id EG_1"
    assert lk_egress.stop_egress(ids=["EG_1", "EG_2"]) == "lk egress stop --id EG_1 --id EG_2"


@pytest.mark.parametrize("strange", STRANGE)
def test_no_command_for_what_is_no_id(strange: str) -> None:
    assert lk_egress.get_egress(ids=[strange]) is None
    assert lk_egress.stop_egress(ids=["EG_1", strange]) is None
    assert lk_egress.update_layout(id=strange, layout="grid") is None
    assert lk_egress.update_stream(id=strange) is None


def test_no_command_for_no_id_at_all() -> None:
    assert lk_egress.get_egress(ids=[]) is None
    assert lk_egress.stop_egress(ids=[]) is None


@pytest.mark.parametrize("program", SHELLS)
@pytest.mark.parametrize("layout", HOSTILE)
def test_any_layout_reaches_lk_as_it_is(layout: str, program: str, fake: Path) -> None:
    words = ran(lk_egress.update_layout(id="EG_1", layout=layout), fake, program)
    assert words == ["egress", "update-layout", "--id", "EG_1", "--layout", layout]


def test_no_command_for_an_empty_layout() -> None:
    assert lk_egress.update_layout(id="EG_1", layout="") is None


def test_a_stream_is_added_by_an_address_still_to_be_filled_in() -> None:
    expected = "lk egress update-stream --id EG_1 --add-urls URL"
    assert lk_egress.update_stream(id="EG_1") == expected


CLASSIC: dict[str, Any] = {
    "room_composite": egress.RoomCompositeEgressRequest(room_name="r", file_outputs=[FILE]),
    "web": egress.WebEgressRequest(url="https://host/?a=1", file_outputs=[FILE]),
    "participant": egress.ParticipantEgressRequest(
        room_name="r", identity="a", preset="H264_720P_30"
    ),
    "track_composite": egress.TrackCompositeEgressRequest(room_name="r", audio_track_id="TR_a"),
    "track": egress.TrackEgressRequest(room_name="r", websocket_url="wss://host/frames"),
}


@pytest.mark.parametrize("kind", CLASSIC)
def test_the_same_job_again(kind: str, fake: Path) -> None:
    request = CLASSIC[kind]
    *words, said = ran(lk_egress.start_egress(type=kind, request=plain(request)), fake)
    assert words == ["egress", "start", "--type", kind.replace("_", "-")]
    assert ParseDict(json.loads(said), type(request)()) == request


@pytest.mark.parametrize("program", SHELLS)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_room_of_any_name_again(name: str, program: str, fake: Path) -> None:
    request = egress.RoomCompositeEgressRequest(room_name=name, layout=name)
    line = lk_egress.start_egress(type="room_composite", request=plain(request))
    assert json.loads(ran(line, fake, program)[-1]) == {"room_name": name, "layout": name}


@pytest.mark.parametrize(
    ("kind", "request_"),
    [
        ("web", egress.StartEgressRequest(web=egress.WebSource(url="https://host/"))),
        ("template", egress.StartEgressRequest(template=egress.TemplateSource())),
        ("media", egress.StartEgressRequest(media=egress.MediaSource())),
        ("replay", egress.ExportReplayRequest(replay_id="RP_1")),
        ("unknown", egress.StartEgressRequest()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_no_command_for_what_lk_cannot_start(kind: str, request_: Any) -> None:
    assert lk_egress.start_egress(type=kind, request=plain(request_)) is None


@given(jobs())
def test_no_command_holds_a_secret(drawn: tuple[egress.EgressInfo, list[str]]) -> None:
    info, _ = drawn
    assert lk_egress.start_egress(type=type_of(info), request=plain(request_of(info))) is None


@pytest.mark.parametrize(
    "output",
    [
        {"stream_outputs": [egress.StreamOutput(urls=["rtmp://host/live/{abc...xyz}"])]},
        {"file_outputs": [egress.EncodedFileOutput(s3=egress.S3Upload(secret="{secret}"))]},
        {"segment_outputs": [egress.SegmentedFileOutput(azure=STORED.azure)]},
    ],
    ids=["stream", "file", "segments"],
)
def test_nor_what_the_worker_has_covered_itself(output: dict[str, Any]) -> None:
    request = egress.RoomCompositeEgressRequest(room_name="r", **output)
    assert lk_egress.start_egress(type="room_composite", request=plain(request)) is None
