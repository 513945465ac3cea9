"""The route tester's field for a log line of livekit-sip: it fills in the call."""

import json
import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.routes.sip.routed import PAGE
from tests.support.visitor import Seen, Visitor

# As livekit-sip logs it for `processing invite` (pkg/sip/inbound.go, LoggerWithParams).
CALL = {
    "nodeID": "NE_VBaP4F4BFfBS",
    "callID": "SCL_WjgqeLnZddrm",
    "fromIP": "203.0.113.7",
    "toIP": "192.0.2.9:5060",
    "fromHost": "carrier.example",
    "fromUser": "+15557654321",
    "toHost": "192.0.2.9",
    "toUser": "+15550001111",
    "sipCallID": "A5894496-417155@203.0.113.7",
}
AS_TEXT = (
    "2026-11-29T09:07:55.798Z\tINFO\tsip\tsip/inbound.go:541\tprocessing invite\t"
    + json.dumps(CALL)
)
FILLED = {
    "caller": "+15557654321",
    "called": "+15550001111",
    "source": "203.0.113.7",
    "host": "carrier.example",
}


def pasted(visitor: Visitor, text: str) -> Seen:
    """Send the text in the form's field."""
    return visitor.get(PAGE, params={"log": text})


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"level": "info", "ts": 1796.5, "msg": "processing invite", **CALL}),
        AS_TEXT,
        f"sip-1  | {AS_TEXT}",
        f"sip-1  | starting\n\n  {AS_TEXT}  \nsip-1  | {{not JSON}}\n",
    ],
    ids=["JSON", "text", "compose", "several lines"],
)
def test_it_leads_to_the_test_of_that_call(admin: Visitor, text: str) -> None:
    answer = pasted(admin, text)
    assert answer.status == 303
    address = urlsplit(answer.location)
    assert (address.path, dict(parse_qsl(address.query))) == (PAGE, FILLED)
    page = admin.get(answer.location)
    assert page.status == 200
    for name, value in FILLED.items():
        assert page.all("input", name=name, value=value)
    assert re.search(r"<dt>To</dt>", page.html)


def test_an_anonymous_call_has_no_caller(admin: Visitor) -> None:
    line = json.dumps({"toUser": "+15550001111", "fromIP": "203.0.113.7", "fromHost": 7})
    address = urlsplit(pasted(admin, line).location)
    assert dict(parse_qsl(address.query, keep_blank_values=True)) == {
        "caller": "",
        "called": "+15550001111",
        "source": "203.0.113.7",
        "host": "",
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        '{"msg": "processing invite"}',
        '{"toUser": 5}',
        '{"toUser": ""}',
        "[" * 5000,
        '{"a":' * 1500,
        '{"toUser": "\\ud800"}',
        json.dumps({"toUser": "x" * 1001}),
    ],
)
def test_text_without_a_call_is_kept_and_explained(admin: Visitor, text: str) -> None:
    page = pasted(admin, text)
    assert page.status == 422
    assert "Paste a line that contains toUser" in page.text
    assert page.all("textarea", name="log")
    assert page.all("details", id="log", open="")


def test_a_longer_text_is_rejected(admin: Visitor) -> None:
    assert "Use at most 8000 characters." in pasted(admin, "x" * 8001).text


def test_the_address_stays_below_the_base_path(admin: Visitor) -> None:
    answer = admin.get(PAGE, params={"log": AS_TEXT}, headers={"X-Forwarded-Prefix": "/livekit"})
    assert answer.location.startswith(f"/livekit{PAGE}?")
