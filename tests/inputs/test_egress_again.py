"""A job that is started again: its request as the form, and what is said not to be in it."""

from typing import Any

import pytest
from livekit.protocol import egress
from livekit.protocol import models as livekit_models

from app.inputs.egress.start import StartEgress
from app.inputs.egress.to_job import new_egress
from app.services.egress.requests import request_for
from tests.inputs.again import repeated, room

S3: dict[str, Any] = {"storage": "s3", "s3_bucket": "tapes", "s3_region": "eu-1"}
FORMS: dict[str, dict[str, Any]] = {
    "room": {"room": "standup"},
    "room, everything": {
        "room": "standup",
        "layout": "speaker",
        "media": "audio",
        "audio_mixing": "DUAL_CHANNEL_AGENT",
        "custom_base_url": "https://templates.example.com/a",
        "filepath": "a/{room_name}",
        "file_type": "OGG",
        "disable_manifest": True,
        "segments": True,
        "segments_prefix": "s",
        "playlist_name": "a/p",
        "live_playlist_name": "a/l",
        "segment_duration": 6,
        "segments_suffix": "TIMESTAMP",
        "encoding": "H264_720P_30",
        **S3,
        "s3_endpoint": "https://s3.example.com",
        "s3_assume_role_arn": "arn",
        "s3_force_path_style": True,
        "s3_metadata": "team=core\nwhen=now",
        "s3_tagging": "a=1",
        "s3_content_disposition": "inline",
        "proxy_url": "http://127.0.0.1:3128",
        "proxy_username": "p",
    },
    "participant": {"type": "participant", "room": "a/b", "identity": "ada", "screen_share": True},
    "tracks": {
        "type": "track_composite",
        "room": "r",
        "audio_track": "TR_a",
        "video_track": "TR_v",
    },
    "track": {"type": "track", "room": "r", "track": "TR_a", "filepath": "t/{track_id}", **S3},
    "websocket": {
        "type": "track",
        "room": "r",
        "track": "TR_a",
        "direct": "websocket",
        "websocket_url": "wss://host/a",
    },
    "web": {
        "type": "web",
        "url": "https://example.com/a?b=c",
        "media": "video",
        "await_start_signal": True,
        "file": False,
        "images": True,
        "images_prefix": "i",
        "capture_interval": 7,
        "image_width": 320,
        "image_height": 180,
        "images_suffix": "IMAGE_SUFFIX_TIMESTAMP",
        "image_codec": "IC_JPEG",
    },
    "encoding": {
        "room": "r",
        "encoding": "advanced",
        "width": 640,
        "height": 360,
        "depth": 24,
        "framerate": 25,
        "video_codec": "H264_HIGH",
        "video_bitrate": 900,
        "key_frame_interval": 2.5,
        "audio_codec": "AAC",
        "audio_bitrate": 96,
        "audio_frequency": 44100,
    },
    "google": {"room": "r", "storage": "gcp", "gcp_bucket": "b"},
    "alibaba": {
        "room": "r",
        "storage": "alioss",
        "alioss_bucket": "b",
        "alioss_region": "x",
        "alioss_endpoint": "https://oss.example.com",
    },
}


@pytest.mark.parametrize("name", FORMS)
def test_the_form_that_is_filled_in_starts_the_same_job(name: str) -> None:
    request = request_for(new_egress(StartEgress.model_validate(FORMS[name]), ()))
    found = repeated(request)
    assert (found.notes, found.missing) == ((), frozenset())
    form = StartEgress.model_validate(found.values)
    assert request_for(new_egress(form, ())) == request


def test_stream_keys_are_entered_again_and_other_urls_are_kept() -> None:
    urls = ["rtmp://host/live/{abc...xyz}", "srt://host:9000"]
    found = repeated(room(stream_outputs=[egress.StreamOutput(urls=urls)]))
    assert found.values
    assert found.values["urls"] == "srt://host:9000"
    assert found.missing == {"urls"}
    assert found.notes == ("Enter the stream URLs again: rtmp://host/live/{abc...xyz}.",)


def test_what_the_form_cannot_say_is_named() -> None:
    found = repeated(
        room(
            file_outputs=[
                egress.EncodedFileOutput(filepath="a", s3=egress.S3Upload(bucket="b")),
                egress.EncodedFileOutput(filepath="second"),
            ],
            segment_outputs=[egress.SegmentedFileOutput(disable_manifest=True)],
            webhooks=[livekit_models.WebhookConfig(url="https://hook", signing_key="k")],
            advanced=egress.EncodingOptions(width=10, audio_quality=3),
        )
    )
    assert found.notes == (
        "Only some outputs had a manifest; here it is one choice for all.",
        "The outputs went to different storage. Here all go to that of the first.",
        "Not carried over: advanced.audio_quality, file_outputs[1].filepath, "
        "webhooks[0].signing_key, webhooks[0].url.",
    )


def test_a_value_newer_than_this_build_is_named() -> None:
    file: Any = {"file_type": 99, "filepath": "a"}
    found = repeated(room(file_outputs=[egress.EncodedFileOutput(**file)]))
    assert found.notes == ("file_type: this form doesn't know its value.",)
    assert found.values
    assert found.values["filepath"] == "a"


@pytest.mark.parametrize(
    "fields",
    [
        {"file": egress.EncodedFileOutput(filepath="a")},
        {"segments": egress.SegmentedFileOutput(playlist_name="a")},
        {"stream": egress.StreamOutput(urls=["srt://host"])},
    ],
)
def test_outputs_of_older_requests(fields: dict[str, Any]) -> None:
    found = repeated(room(**fields))
    (kind,) = fields
    assert found.notes == ()
    assert found.values
    assert found.values[kind] is True
    assert {found.values.get(name) for name in ("filepath", "playlist_name", "urls")} & {
        "a",
        "srt://host",
    }


def test_requests_of_the_newer_api() -> None:
    upload = egress.StorageConfig(s3=egress.S3Upload(bucket="tapes"))
    own = egress.StorageConfig(gcp=egress.GCPUpload(bucket="b"))
    request = egress.StartEgressRequest(
        room_name="standup",
        template=egress.TemplateSource(layout="speaker", audio_only=True),
        outputs=[
            egress.Output(file=egress.FileOutput(filepath="a")),
            egress.Output(segments=egress.SegmentedFileOutput(playlist_name="p"), storage=own),
        ],
        storage=upload,
    )
    found = repeated(request)
    assert found.notes == (
        "The outputs went to different storage. Here all go to that of the first.",
    )
    form = StartEgress.model_validate(found.values)
    assert (form.type, form.room, form.layout, form.media) == (
        *("room_composite", "standup", "speaker", "audio"),
    )
    assert (form.filepath, form.playlist_name, form.storage) == ("a", "p", "s3")
    web = egress.StartEgressRequest(web=egress.WebSource(url="https://a"))
    assert repeated(web).values == repeated(egress.WebEgressRequest(url="https://a")).values


def test_a_type_that_the_form_does_not_have() -> None:
    media = egress.StartEgressRequest(
        room_name="r", media=egress.MediaSource(video_track_id="TR_v")
    )
    found = repeated(media)
    assert found.values == {"room": "r"}
    assert found.notes == (
        "This form can't start a job of the type media. Choose a source below.",
        "Not carried over: media.video_track_id.",
    )
