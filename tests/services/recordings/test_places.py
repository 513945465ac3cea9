"""Only what an administrator declared is reached, whatever a report says of where a file is."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from app.config.presets import AliossPreset, AzurePreset, GcpPreset, Preset, S3Preset
from app.services.egress.states import EgressType
from app.services.recordings import places as messages
from app.services.recordings.places import Places, Reached
from app.services.recordings.recordings import Recording
from app.services.recordings.states import FileState, RecordingKind

ROOT = Path("/out/recordings")
KEY = SecretStr("a-key-of-the-tests")


def recording(filename: str, location: str, **own: Any) -> Recording:
    """Return a recording as LiveKit reports it."""
    given: dict[str, Any] = {"id": "EG_1.1", "egress_id": "EG_1", "room": "r", "session": "RM_1"}
    given |= {"type": EgressType.ROOM_COMPOSITE, "kind": RecordingKind.MP4, "size": 1}
    given |= {"filename": filename, "location": location, "state": FileState.UNCHECKED}
    given |= {"started_at": datetime.now(UTC), "problem": "", "deleted_by": ""} | own
    values: dict[str, Any] = {name: given.get(name) for name in Recording.__slots__}
    return Recording(**values)


def found(preset: Preset | None, filename: str, location: str, **own: Any) -> str:
    """Return the path at which a file is found in a preset's bucket or the root, or why not."""
    places = Places([preset] if preset else [], ROOT)
    reached = places.find(recording(filename, location, **own))
    places.close()
    return reached.path if isinstance(reached, Reached) else reached


def s3(**own: Any) -> S3Preset:
    """Return a preset of S3."""
    return S3Preset(**{"name": "Tapes", "type": "s3", "bucket": "tapes", **own})


MINIO = "https://minio.example.com"
GCP = GcpPreset(name="G", type="gcp", bucket="tapes")
AZURE = AzurePreset(name="A", type="azure", account_name="acme", container_name="tapes")


# livekit/storage: location_test.go, and s3.go, gcp.go and azure.go of workers before it
@pytest.mark.parametrize(
    ("preset", "location"),
    [
        (s3(), "https://tapes.s3.amazonaws.com/a/b%20c.mp4"),
        (s3(), "https://tapes.s3.amazonaws.com/a/b c.mp4"),
        (s3(), "https://s3.amazonaws.com/tapes/a/b%20c.mp4"),
        (s3(region="eu-west-1"), "https://tapes.s3.eu-west-1.amazonaws.com/a/b c.mp4"),
        (s3(endpoint=MINIO), "https://minio.example.com/tapes/a/b%20c.mp4"),
        (s3(endpoint=f"{MINIO}/"), "https://tapes.minio.example.com/a/b%20c.mp4"),
        (s3(endpoint=MINIO), "https://tapes.https://minio.example.com/a/b c.mp4"),
        (s3(endpoint="http://[::1]:9000"), "http://[::1]:9000/tapes/a/b%20c.mp4"),
        (s3(path_prefix="a"), "https://tapes.s3.amazonaws.com/a/b%20c.mp4"),
        (GCP, "https://tapes.storage.googleapis.com/a/b%20c.mp4"),
        (AZURE, "https://acme.blob.core.windows.net/tapes/a/b%20c.mp4"),
        (AZURE, "https://acme.blob.core.windows.net/a/b c.mp4"),
    ],
)
def test_every_way_in_which_workers_write_a_location(preset: Preset, location: str) -> None:
    assert found(preset, "a/b c.mp4", location) == "a/b c.mp4"
    assert found(None, "a/b c.mp4", location) == messages.NOT_DECLARED


def test_a_prefix_that_the_worker_adds() -> None:
    location = "https://tapes.s3.amazonaws.com/daily/a.mp4"
    assert found(s3(), "a.mp4", location) == "daily/a.mp4"
    assert found(s3(path_prefix="daily"), "a.mp4", location) == "daily/a.mp4"
    assert found(s3(path_prefix="weekly"), "a.mp4", location) == messages.NOT_DECLARED


@pytest.mark.parametrize(
    "name", ["100%.mp4", "a%20b.mp4", "a?b#c&d=e.mp4", "Zoë \u202e<b>'\".mp4", "+a&b;c.mp4"]
)
def test_names_that_a_url_writes_otherwise(name: str) -> None:
    assert found(s3(), name, f"https://tapes.s3.amazonaws.com/{name}") == name


@pytest.mark.parametrize(
    "location",
    [
        "https://other.s3.amazonaws.com/a.mp4",
        "https://tapes.s3.amazonaws.com.evil.example/a.mp4",
        "https://evil.example/https://tapes.s3.amazonaws.com/a.mp4",
        "https://tapes.s3.amazonaws.com@evil.example/a.mp4",
        "http://169.254.169.254/a.mp4",
        "file:///etc/a.mp4",
        "https://tapes.s3.amazonaws.com/another.mp4",
        "https://tapes.s3.amazonaws.com/b.mp4?x=/a.mp4x",
        "s3://tapes/a.mp4",
    ],
)
def test_what_is_in_no_declared_storage(location: str) -> None:
    assert found(s3(), "a.mp4", location) == messages.NOT_DECLARED


@pytest.mark.parametrize(
    "name",
    ["../a.mp4", "x/../../a.mp4", "a//b.mp4", "./a.mp4", "a\n.mp4", "a\0.mp4", "a/" + 2000 * "b"],
)
def test_names_that_lead_elsewhere(name: str) -> None:
    assert found(s3(), name, f"https://tapes.s3.amazonaws.com/{name}") == messages.BAD_NAME
    assert found(None, name, f"{ROOT}/{name}") == messages.BAD_NAME


def test_a_folder() -> None:
    assert found(None, "x", "/out/recordings/a b/c.mp4") == "a b/c.mp4"
    assert found(None, "x", "a/c.mp4") == "a/c.mp4", "without an upload, workers report the name"
    for outside in ("/out/recordings-2/c.mp4", "/etc/passwd", "/out/recordings", "/out"):
        assert found(None, "x", outside) == messages.OUTSIDE
    nowhere = Places([], None)
    assert nowhere.find(recording("x", "/out/recordings/c.mp4")) == messages.NO_ROOT


def test_what_the_dashboard_cannot_open() -> None:
    own = {"name": "O", "bucket": "tapes", "endpoint": "https://e.com"}
    oss = AliossPreset(type="alioss", access_key=KEY, secret=KEY, **own)
    assert "Alibaba" in found(oss, "a.mp4", "https://tapes.e.com/a.mp4")
    role = s3(assume_role_arn="arn:aws:iam::1:role/x")
    assert "assumes a role" in found(role, "a.mp4", "https://tapes.s3.amazonaws.com/a.mp4")


def test_what_has_no_file() -> None:
    assert found(s3(), "thumb", "") == messages.NO_LOCATION
    location = "https://tapes.s3.amazonaws.com/a.mp4"
    assert found(s3(), "a.mp4", location, state=FileState.DELETED) == messages.GONE


def test_the_first_preset_that_holds_it_counts() -> None:
    places = Places([s3(path_prefix="other"), s3(name="Second")], None)
    reached = places.find(recording("a.mp4", "https://tapes.s3.amazonaws.com/a.mp4"))
    assert isinstance(reached, Reached)
    assert reached.place == "Second"
    places.close()


def test_a_link_is_made_without_a_request() -> None:
    keys = {"access_key": SecretStr("KEYOFTESTS"), "secret": KEY, "region": "eu-west-1"}
    places = Places([s3(**keys)], None)
    reached = places.find(recording("a b.mp4", "https://tapes.s3.amazonaws.com/a b.mp4"))
    assert isinstance(reached, Reached)
    link = asyncio.run(reached.link())
    assert link.startswith("https://s3.eu-west-1.amazonaws.com/tapes/a%20b.mp4?")
    assert "X-Amz-Expires=900" in link
    assert KEY.get_secret_value() not in link
    places.close()
