"""The storage of a job that is started again: masked credentials, and the preset it used."""

from typing import Any

import pytest
from livekit.protocol import egress

from app.config.presets import AzurePreset, S3Preset
from app.inputs.egress.start import StartEgress
from app.inputs.egress.to_job import new_egress
from app.services.egress.requests import request_for
from tests.inputs.again import repeated, room

TAPES = S3Preset(name="Tapes", type="s3", bucket="tapes", region="eu-1", path_prefix="daily")
AZURE = AzurePreset(name="Azure", type="azure", account_name="acc", container_name="c")


def test_what_livekit_masks_is_left_blank_and_marked() -> None:
    upload = egress.S3Upload(
        bucket="tapes",
        access_key="{access_key}",
        secret="{secret}",
        assume_role_external_id="{external_id}",
        proxy=egress.ProxyConfig(url="http://p", username="u", password="hush"),
    )
    found = repeated(room(file_outputs=[egress.EncodedFileOutput(s3=upload)]))
    secrets = {"s3_access_key", "s3_secret", "s3_assume_role_external_id", "proxy_password"}
    assert found.missing == secrets
    assert found.values
    assert {name: found.values[name] for name in secrets} == dict.fromkeys(secrets, "")
    assert found.hint("s3_secret") == "Enter it again: LiveKit doesn't report it."
    assert found.hint("s3_bucket", "usual") == "usual"
    assert found.notes == ("LiveKit doesn't report whether there was a session token.",)


@pytest.mark.parametrize(
    ("request_", "missing"),
    [
        (
            room(
                file_outputs=[
                    egress.EncodedFileOutput(
                        azure=egress.AzureBlobUpload(
                            account_name="{account_name}",
                            account_key="{account_key}",
                            container_name="c",
                        )
                    )
                ]
            ),
            {"azure_account_name", "azure_account_key"},
        ),
        (egress.WebEgressRequest(url="https://me:hush@host/?token=hush"), {"url"}),
        (room(custom_base_url="https://me:hush@host"), {"custom_base_url"}),
        (
            egress.TrackEgressRequest(
                room_name="r", track_id="TR_a", websocket_url="wss://h/?key=x"
            ),
            {"websocket_url"},
        ),
    ],
)
def test_other_secrets(request_: Any, missing: set[str]) -> None:
    found = repeated(request_)
    assert found.missing == missing
    assert found.values
    assert {found.values[name] for name in missing} == {""}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"filepath": "a/{time}"},
        {"segments": True},
        {"segments": True, "segments_prefix": "s", "playlist_name": "p/all", "images": True},
    ],
)
def test_the_preset_of_the_job_is_found_again(fields: dict[str, Any]) -> None:
    form = StartEgress.model_validate({"room": "r", "storage": "preset:Tapes"} | fields)
    request = request_for(new_egress(form, (AZURE, TAPES)))
    found = repeated(request, AZURE, TAPES)
    assert found.values
    assert found.values["storage"] == "preset:Tapes"
    assert found.notes == (
        "The preset Tapes has the same bucket and endpoint, so it is selected. "
        "Its credentials may differ from those of the job.",
    )
    again_form = StartEgress.model_validate(found.values)
    assert request_for(new_egress(again_form, (TAPES,))) == request


@pytest.mark.parametrize(
    "file",
    [
        {"filepath": "elsewhere/a", "s3": egress.S3Upload(bucket="tapes", region="eu-1")},
        {"filepath": "daily/a", "s3": egress.S3Upload(bucket="tapes", region="eu-2")},
        {"filepath": "daily/a", "gcp": egress.GCPUpload(bucket="tapes")},
        {"filepath": "daily/a", "s3": egress.S3Upload(bucket="tapes", endpoint="https://x")},
    ],
)
def test_another_place_is_no_preset(file: dict[str, Any]) -> None:
    found = repeated(room(file_outputs=[egress.EncodedFileOutput(**file)]), TAPES)
    assert found.values
    assert found.values["storage"] in {"s3", "gcp"}
    assert found.values["filepath"] == file["filepath"]
