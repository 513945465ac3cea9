"""/sip/records: call records, each on its own page, and as a phone bill."""

import csv
import io
import re

import pytest

from tests.routes.history.conftest import Past


def ids(past: Past, **query: str) -> set[str]:
    seen = past.admin.get("/sip/records", params=query)
    assert seen.status == 200
    return set(re.findall(r'<tr id="call-(SCL_\d)"', seen.html))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, {"SCL_1", "SCL_2", "SCL_3"}),
        ({"q": "+15550142111"}, {"SCL_1", "SCL_2", "SCL_3"}),
        ({"q": "+49301234567", "direction": "outbound"}, {"SCL_2"}),
        ({"q": "+4"}, set()),
        ({"q": "SCL_2"}, {"SCL_2"}),
        ({"trunk": "ST_1"}, {"SCL_1", "SCL_2"}),
        ({"room": "call-1", "direction": "inbound"}, {"SCL_1", "SCL_3"}),
        ({"span": "1h"}, set()),
    ],
)
def test_filters(past: Past, query: dict[str, str], expected: set[str]) -> None:
    assert ids(past, **query) == expected


def test_what_nothing_reported_is_not_known(past: Past) -> None:
    watched = past.admin.get("/sip/records/SCL_1")
    for text in ("Ring time 1 min", "Talk time 9 min", "answered", "+1 555 014 2111"):
        assert text in watched.text.replace("\u00a0", " ")
    other = past.admin.get("/sip/records/SCL_2")
    for text in ("Ring time not known", "Talk time not known", "486", "rejected"):
        assert text in other.text
    assert "end inferred" in past.admin.get("/sip/records/SCL_3").text


def test_a_phone_bill_has_a_line_for_each_call(past: Past) -> None:
    seen = past.admin.get("/sip/records/-/export.csv")
    rows = {row["call_id"]: row for row in csv.DictReader(io.StringIO(seen.html.lstrip("\ufeff")))}
    assert rows["SCL_1"]["seconds"] == "540"
    assert (rows["SCL_2"]["seconds"], rows["SCL_2"]["total_seconds"]) == ("", "600")
    assert rows["SCL_1"]["caller"] == "'+15550142111"
    assert rows["SCL_2"]["result"] == "rejected"
    assert list(rows["SCL_1"])[:6] == ["date", "time", "zone", "direction", "caller", "callee"]
    assert "Export call records" in past.admin.get("/audit").text


def test_numbers_are_masked_without_the_permission(past: Past) -> None:
    for path in ("/sip/records", "/sip/records/SCL_1"):
        seen = past.viewer.get(path)
        assert seen.status == 200
        assert not re.search(r"5550142|301234567|014.2111", seen.html)
        assert "Number 1" in seen.text
    assert past.viewer.get("/sip/records", params={"q": "+15550142111"}).status == 403
    assert past.viewer.get("/sip/records/-/export.csv").status == 403


def test_no_such_call(past: Past) -> None:
    assert past.admin.get("/sip/records/SCL_9").status == 404
