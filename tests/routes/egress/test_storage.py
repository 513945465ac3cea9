"""Storage of a recording: each provider's fields reach the worker, and are shown nowhere again."""

import json
from typing import Any

import pytest

from app.text.paths import egress_path
from tests.routes.conftest import StartJob
from tests.support.visitor import Visitor

STORAGE: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "s3": (
        {
            "s3_bucket": "meetings",
            "s3_region": "eu-west-1",
            "s3_endpoint": "https://s3.example.com",
            "s3_access_key": "AKIA-hush-1",
            "s3_secret": "hush-2",
            "s3_session_token": "hush-3",
            "s3_assume_role_arn": "arn:aws:iam::1:role/r",
            "s3_assume_role_external_id": "hush-4",
            "s3_force_path_style": "on",
            "s3_metadata": "team=core\r\nwhen = now",
            "s3_tagging": "a=1&b=2",
            "s3_content_disposition": "inline",
            "proxy_url": "http://127.0.0.1:3128",
            "proxy_username": "p",
            "proxy_password": "hush-5",
        },
        {
            "bucket": "meetings",
            "region": "eu-west-1",
            "endpoint": "https://s3.example.com",
            "access_key": "AKIA-hush-1",
            "secret": "hush-2",
            "session_token": "hush-3",
            "assume_role_arn": "arn:aws:iam::1:role/r",
            "assume_role_external_id": "hush-4",
            "force_path_style": True,
            "metadata": {"team": "core", "when": "now"},
            "tagging": "a=1&b=2",
            "content_disposition": "inline",
            "proxy": {"url": "http://127.0.0.1:3128", "username": "p", "password": "hush-5"},
        },
    ),
    "gcp": (
        {"gcp_bucket": "b", "gcp_credentials": '{"private_key": "hush-6"}'},
        {"bucket": "b", "credentials": '{"private_key": "hush-6"}'},
    ),
    "azure": (
        {
            "azure_account_name": "acc",
            "azure_account_key": "hush-7",
            "azure_container_name": "c",
        },
        {"account_name": "acc", "account_key": "hush-7", "container_name": "c"},
    ),
    "alioss": (
        {
            "alioss_bucket": "b",
            "alioss_region": "r",
            "alioss_endpoint": "https://oss.example.com",
            "alioss_access_key": "hush-8",
            "alioss_secret": "hush-9",
        },
        {
            "bucket": "b",
            "region": "r",
            "endpoint": "https://oss.example.com",
            "access_key": "hush-8",
            "secret": "hush-9",
        },
    ),
}


@pytest.mark.parametrize("provider", STORAGE)
def test_storage_reaches_the_worker_and_is_shown_nowhere_again(
    admin: Visitor, start: StartJob, stage: dict[str, str], provider: str
) -> None:
    given, wanted = STORAGE[provider]
    field = "aliOSS" if provider == "alioss" else provider
    room = stage["room"]
    asked = start(room=room, storage=provider, segments="on", images="on", **given)
    for outputs in ("file_outputs", "segment_outputs", "image_outputs"):
        assert asked[outputs][0][field] == wanted, outputs
    asked = start(type="track", room=room, track=stage["video"], storage=provider, **given)
    assert asked["file"][field] == wanted
    export = admin.get("/egress/-/export.json", params={"room": room})
    jobs = [egress_path(row["id"]) for row in json.loads(export.html)]
    assert len(jobs) == 2
    for page in (export, admin.get("/egress"), *map(admin.get, jobs)):
        assert page.status == 200
        assert "hush-" not in page.markup
