"""A link to a file in a bucket: who gets one, that it works, and that it is audited once."""

import html
import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from pydantic import SecretStr

from app.config.presets import S3Preset
from app.storage import buckets
from app.store.schema import RECORDINGS
from dev.s3 import S3
from tests.routes.recordings.conftest import SOUND, Recorded
from tests.support.dashboard import Dashboard
from tests.support.history import keep
from tests.support.leaks import LEAKS
from tests.support.recordings import of_object, recording_row
from tests.support.stores import Databases
from tests.support.tokens import give_token, program
from tests.support.visitor import Visitor

NAME = "daily/a b#?%.ogg"
PATH = "/recordings/EG_1.1"


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    """An S3 server."""
    with S3() as running:
        LEAKS.keep(running.secret, "the secret of the S3 server of links")
        yield running


@pytest.fixture(scope="module")
def preset(s3: S3) -> S3Preset:
    """A bucket with a recording."""
    preset = S3Preset(
        name="Tapes",
        type="s3",
        bucket=s3.bucket(),
        endpoint=s3.environment["AWS_ENDPOINT_URL"],
        access_key=SecretStr(s3.key),
        secret=SecretStr(s3.secret),
        force_path_style=True,
    )
    buckets.opened(preset).put(NAME, SOUND)
    return preset


@pytest.fixture(scope="module")
def stored(
    start_dashboard: Callable[..., Dashboard], databases: Databases, preset: S3Preset
) -> Dashboard:
    """A dashboard that knows the bucket."""
    dashboard = start_dashboard(database_url=databases.new(), egress_presets=(preset,))
    own = of_object(preset.endpoint or "", preset.bucket, NAME, len(SOUND))
    keep(dashboard.settings.stored_in, {RECORDINGS: [recording_row("EG_1", **own)]})
    return dashboard


@pytest.fixture
def admin(stored: Dashboard) -> Visitor:
    """An administrator of it."""
    return stored.visitor()


def test_it_is_created(admin: Visitor, s3: S3) -> None:
    assert f'href="{PATH}/link"' in admin.get(PATH).html
    asked = admin.get(f"{PATH}/link")
    assert "Whoever has the link" in asked.text
    answer = admin.post(f"{PATH}/link")
    assert answer.status == 200
    assert s3.secret not in answer.html
    (shown,) = re.findall(r"<code>(http[^<]+X-Amz[^<]+)</code>", answer.html)
    url = html.unescape(shown)
    assert httpx.get(url).content == SOUND
    assert httpx.delete(url).status_code == 403
    assert httpx.get(url.replace("X-Amz-Expires=900", "X-Amz-Expires=9000")).status_code == 403
    entries = admin.get("/audit?q=EG_1.1").html
    assert entries.count("Create link to egress recording") == 1
    assert "X-Amz" not in entries


def test_the_file_of_a_bucket_is_played_through_the_dashboard(admin: Visitor) -> None:
    page = admin.get(PATH)
    assert page.all("audio")[0]["src"] == f"{PATH}/file"
    assert "Tapes" in page.text
    part = admin.http.get(f"{PATH}/file", headers={"range": "bytes=5-9"})
    assert (part.status_code, part.content) == (206, SOUND[5:10])


def test_a_file_in_a_folder_has_none(recorded: Recorded) -> None:
    recorded.sound("EG_folder")
    path = "/recordings/EG_folder.1/link"
    assert "only buckets have links" in recorded.admin.get(path).text
    refused = recorded.admin.post(path)
    assert refused.status == 409
    assert "only buckets have links" in refused.text


def test_who_may_not(recorded: Recorded) -> None:
    recorded.sound("EG_nolink")
    path = "/recordings/EG_nolink.1/link"
    for who in (recorded.support, recorded.viewer):
        assert who.get(path).status == 403
        assert who.http.post(path).status_code == 403
    assert recorded.admin.http.post(path, data={"csrf": "wrong"}).status_code == 403


def test_who_may_not_see_the_name_of_the_file(stored: Dashboard) -> None:
    reads = ["server.read", "recordings.read", "recordings.manage"]
    visitor = program(stored, give_token(stored, "admin", reads))
    assert f"{PATH}/link" not in visitor.get(PATH).html
    for answer in (visitor.get(f"{PATH}/link"), visitor.post(f"{PATH}/link")):
        assert answer.status == 403
        assert "X-Amz" not in answer.html


@pytest.mark.alone
def test_a_server_that_is_away(admin: Visitor, s3: S3) -> None:
    s3.process.stop()
    try:
        page = admin.get(PATH)
        assert page.status == 200
        assert "Check the preset Tapes" in page.text
        assert page.all("audio") == []
        assert admin.get(f"{PATH}/file").status == 503
        assert admin.post(f"{PATH}/delete").status == 503
    finally:
        s3.process.start()
    assert len(admin.get(PATH).all("audio")) == 1
