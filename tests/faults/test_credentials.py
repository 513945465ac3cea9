"""Credentials that were typed in vain: kept to be sent again, and covered wherever they stand."""

import re
from html import unescape

import pytest

from tests.faults.conftest import ROOM, Broken
from tests.support.fault import Mode

SECRETS = {
    "s3_access_key": "S3-ACCESS-KEY-TYPED",
    "s3_secret": "S3-SECRET-TYPED",
    "s3_session_token": "S3-TOKEN-TYPED",
    "s3_assume_role_external_id": "S3-EXTERNAL-TYPED",
    "proxy_password": "PROXY-TYPED",
    "gcp_credentials": '{"private_key": "GCP-TYPED"}',
    "azure_account_key": "AZURE-TYPED",
    "alioss_access_key": "OSS-KEY-TYPED",
    "alioss_secret": "OSS-SECRET-TYPED",
}
SEEN = {"room": ROOM, "file": "on", "filepath": "a-path-to-see"}
S3 = {"storage": "s3", "s3_bucket": "bucket"}
COVERED = re.compile(
    r'<input [^>]*type="password"[^>]*>|<textarea [^>]*\bcovered\b[^>]*>.*?</textarea>', re.DOTALL
)
MODES: list[Mode] = ["reset", "broken"]


def uncovered(html: str) -> str:
    """Return what anyone who sees the screen can read of a page."""
    return unescape(COVERED.sub("", html))


@pytest.mark.parametrize("kind", ["room_composite", "participant"])
@pytest.mark.parametrize("mode", MODES)
def test_credentials_of_an_egress_are_kept_and_covered(
    broken: Broken, mode: Mode, kind: str
) -> None:
    broken.break_(mode)
    typed = SEEN | S3 | SECRETS | {"type": kind, "identity": "ada"}
    for headers in ({}, {"HX_Request": "true"}):
        sent = typed | {"csrf": broken.token}
        page = broken.visitor.send("/egress/-/new", sent, **headers)
        assert page.status >= 500
        shown_again = kind == "room_composite"  # its form needs nothing of LiveKit
        assert bool(page.all("select", name="storage")) == shown_again
        html = unescape(page.html)
        assert {name for name, value in SECRETS.items() if value not in html} == set()
        clear = uncovered(page.html)
        assert {name for name, value in SECRETS.items() if value in clear} == set()
        assert SEEN["filepath"] in clear


@pytest.mark.parametrize(
    ("path", "fields", "covered"),
    [
        (
            "/egress/EG_fault/streams",
            {"add": "rtmp://host/live/STREAM-KEY", "remove": "x"},
            ["add"],
        ),
        ("/egress/EG_fault/layout", {"layout": "grid"}, []),
        (
            "/egress/-/new",
            {"type": "participant", "room": ROOM, "identity": "ada", "urls": "srt://h?a=PHRASE"},
            ["urls"],
        ),
    ],
    ids=["streams", "layout", "urls"],
)
def test_the_error_page_covers_what_holds_a_key(
    broken: Broken, path: str, fields: dict[str, str], covered: list[str]
) -> None:
    broken.break_("reset")
    page = broken.post(path, fields | ({"file": "on"} if "type" in fields else {})).page
    areas = {area["name"]: "covered" in area["class"].split() for area in page.all("textarea")}
    assert set(fields) <= set(areas)
    assert [name for name, is_covered in areas.items() if is_covered] == covered
