"""Buckets of presets: the environment, with the keys of STORAGE_URL, changes nothing of them."""

import base64
import json
import re
import subprocess
from datetime import timedelta

import pytest
from pydantic import SecretStr

from app.config.presets import AzurePreset, GcpPreset, S3Preset
from app.storage.buckets import opened, unreadable

LASTS = timedelta(minutes=15)
KEY = SecretStr(base64.b64encode(b"the key of a test").decode())
S3 = S3Preset(
    name="S", type="s3", bucket="tapes", region="eu-west-1", access_key=SecretStr("OWN"), secret=KEY
)
AZURE = AzurePreset(
    name="A", type="azure", account_name="acme", container_name="tapes", account_key=KEY
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_SESSION_TOKEN", "other"),
        ("AWS_ACCESS_KEY_ID", "other"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        ("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9"),
        ("AWS_SKIP_SIGNATURE", "true"),
    ],
)
def test_s3(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    link = opened(S3).link("a.mp4", LASTS)
    assert link.startswith("https://s3.eu-west-1.amazonaws.com/tapes/a.mp4?")
    assert "X-Amz-Credential=OWN%2F" in link
    assert "Security-Token" not in link


def test_a_session_token_of_a_preset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "other")
    preset = S3.model_copy(update={"session_token": SecretStr("OWN-TOKEN")})
    assert "X-Amz-Security-Token=OWN-TOKEN" in opened(preset).link("a.mp4", LASTS)


def test_without_keys_in_the_preset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "OTHER")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "other")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "OTHER-TOKEN")
    link = opened(S3.model_copy(update={"access_key": None, "secret": None})).link("a", LASTS)
    assert "X-Amz-Credential=OTHER%2F" in link
    assert "X-Amz-Security-Token=OTHER-TOKEN" in link


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AZURE_STORAGE_ACCOUNT_NAME", "other"),
        ("AZURE_STORAGE_ACCOUNT_KEY", "b3RoZXI="),
        ("AZURE_STORAGE_ENDPOINT", "http://127.0.0.1:9"),
        ("AZURE_STORAGE_USE_EMULATOR", "true"),
        ("AZURE_STORAGE_SAS_KEY", "sig=other"),
        ("AZURE_SKIP_SIGNATURE", "true"),
    ],
)
def test_azure(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    link = opened(AZURE).link("a.mp4", LASTS)
    assert link.startswith("https://acme.blob.core.windows.net/tapes/a.mp4?")
    assert "sig=other" not in link
    assert re.search(r"[?&]sig=", link)


def google() -> GcpPreset:
    """Return a preset with a new service account."""
    made = subprocess.run(["openssl", "genrsa", "2048"], check=True, capture_output=True, text=True)
    account = {
        "private_key": made.stdout,
        "private_key_id": "1",
        "client_email": "own@x.example",
        "client_id": "1",
    }
    credentials = SecretStr(json.dumps(account))
    return GcpPreset(name="G", type="gcp", bucket="tapes", credentials=credentials)


def test_google(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_BASE_URL", "http://127.0.0.1:9")
    preset = google()
    assert unreadable(preset) == ""
    link = opened(preset).link("a.mp4", LASTS)
    assert link.startswith("https://storage.googleapis.com/tapes/a.mp4?")
    assert "X-Goog-Credential=own%40x.example%2F" in link


@pytest.mark.parametrize(
    "name", ["GOOGLE_SERVICE_ACCOUNT", "GOOGLE_SERVICE_ACCOUNT_PATH", "GOOGLE_BEARER_TOKEN"]
)
def test_variables_that_would_replace_the_keys(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    preset = GcpPreset(name="G", type="gcp", bucket="tapes", credentials=SecretStr("{}"))
    monkeypatch.setenv(name, "other")
    assert unreadable(preset).startswith(f"{name} in the dashboard's environment replaces")
    assert unreadable(preset.model_copy(update={"credentials": None})) == ""
