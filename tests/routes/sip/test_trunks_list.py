"""The list of trunks of both kinds, and as a file: /sip/trunks."""

import csv
import io
import json
import secrets
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from livekit import api

from dev.stack import Stack
from tests.routes.asked import ODD, Ask, phone_number
from tests.routes.conftest import Counted
from tests.routes.rooms.test_rooms_list import listed
from tests.routes.sip.trunks import INBOUND, OUTBOUND, PASSWORD, TOKEN, path_of
from tests.support.asking import asker
from tests.support.visitor import Seen, Visitor


def address(**asked: object) -> str:
    """Return the list's address with this state."""
    return f"/sip/trunks?{urlencode(asked)}"


@pytest.fixture(scope="module")
def found(stack: Stack) -> Iterator[dict[str, Any]]:
    """Four trunks with a text of their own in their names."""
    part = f"list-{secrets.token_hex(4)}"
    livekit = asker(stack)

    def make(kind: str, name: str, **fields: Any) -> Any:
        own = {"name": f"{part}-{name}", "numbers": [phone_number()]} | fields
        info = {"inbound": api.SIPInboundTrunkInfo, "outbound": api.SIPOutboundTrunkInfo}[kind]
        request = {
            "inbound": api.CreateSIPInboundTrunkRequest,
            "outbound": api.CreateSIPOutboundTrunkRequest,
        }[kind]
        return livekit(f"sip.create_{kind}_trunk", request(trunk=info(**own)))

    made = {
        "full": make("inbound", "b", **INBOUND | {"numbers": [phone_number() for _ in range(5)]}),
        "bare": make("inbound", "D"),
        "out": make("outbound", "a", **OUTBOUND | {"address": f"{part}.example.com"}),
        "open": make("outbound", "C", address="10.9.8.7", numbers=["desk"]),
    }
    yield made
    for info in made.values():
        request = api.DeleteSIPTrunkRequest(sip_trunk_id=info.sip_trunk_id)
        livekit("sip.delete_trunk", request)


def part_of(found: dict[str, Any]) -> str:
    """Return the text that all names begin with."""
    return str(found["bare"].name[:-2])


def names(page: Seen, found: dict[str, Any]) -> list[str]:
    """Return the keys of the trunks on the page, from the top."""
    keys = {info.sip_trunk_id: key for key, info in found.items()}
    return [keys[row.partition("-")[2]] for row in listed(page)]


def row(page: Seen, kind: str, info: Any) -> str:
    """Return the HTML of one row."""
    start = f'<tr id="{kind}-{info.sip_trunk_id}">'
    return page.html.partition(start)[2].partition("</tr>")[0]


def test_shows_kind_numbers_address_and_sign_in(admin: Visitor, found: dict[str, Any]) -> None:
    page = admin.get(address(q=part_of(found)))
    assert names(page, found) == ["out", "full", "open", "bare"]
    full, out = row(page, "inbound", found["full"]), row(page, "outbound", found["out"])
    assert path_of(found["full"]) in full
    first = found["full"].numbers[0]
    assert f"+1\u00a0555\u00a0{first[5:8]}\u00a0{first[8:]}" in full
    assert "and 2 more" in full
    assert "203.0.113.0/24, sip.example.com" in full
    assert "user &amp; &lt;b&gt;" in full
    assert f"{part_of(found)}.example.com" in out
    assert "Any" in row(page, "inbound", found["bare"])
    assert "None" in row(page, "outbound", found["open"])


@pytest.mark.parametrize("who", ["admin", "reader"])
def test_no_secret_is_in_the_list(
    request: pytest.FixtureRequest, found: dict[str, Any], who: str
) -> None:
    page = request.getfixturevalue(who).get(address(q=part_of(found)))
    assert len(listed(page)) == 4
    assert PASSWORD not in page.html
    assert TOKEN not in page.html
    assert ("Delete…" in page.text) is (who == "admin")


@pytest.mark.parametrize(
    ("kind", "wanted"), [("inbound", {"full", "bare"}), ("outbound", {"out", "open"})]
)
def test_filters_by_kind(
    admin: Visitor, found: dict[str, Any], kind: str, wanted: set[str]
) -> None:
    assert set(names(admin.get(address(q=part_of(found), kind=kind)), found)) == wanted
    assert admin.get("/sip/trunks?kind=fax").status == 422


def test_finds_by_name_id_address_and_number_however_it_is_written(
    admin: Visitor, found: dict[str, Any]
) -> None:
    own = found["full"].numbers[3]
    for q, wanted in (
        (found["bare"].name.upper(), "bare"),
        (found["open"].sip_trunk_id.lower(), "open"),
        (f"{part_of(found)}.EXAMPLE", "out"),
        (own, "full"),
        (f"{own[1:4]}-{own[4:]}", "full"),
        (f" +1 ({own[2:5]}) {own[5:8]} {own[8:]} ", "full"),
        (own[3:], "full"),
    ):
        assert wanted in names_of(admin.get(address(q=q)), found), q
    assert "No matching trunks" in admin.get(address(q=f"{part_of(found)} no")).text


def names_of(page: Seen, found: dict[str, Any]) -> list[str]:
    """Return the keys of those on the page that are of this module."""
    ids = [each.partition("-")[2] for each in listed(page)]
    return [key for key, info in found.items() if info.sip_trunk_id in ids]


@pytest.mark.parametrize(
    ("sort", "wanted"),
    [
        ("-name", ["bare", "open", "full", "out"]),
        ("kind", ["full", "bare", "out", "open"]),
        ("address", ["bare", "open", "full", "out"]),
    ],
)
def test_sorts(admin: Visitor, found: dict[str, Any], sort: str, wanted: list[str]) -> None:
    page = admin.get(address(q=part_of(found), sort=sort))
    got = names(page, found)
    if sort == "address":
        got = [got[0], *sorted(got[1:], key=["open", "full", "out"].index)]
    assert got == wanted
    assert admin.get(address(sort="nothing")).status == 422


def test_a_page_costs_one_call_for_each_kind(counted: Counted, found: dict[str, Any]) -> None:
    page, calls = counted.get(address(q=part_of(found), per_page=2))
    assert (calls, len(listed(page))) == (2, 2)
    assert "page 1 of 2" in page.text
    _, calls = counted.get(path_of(found["full"]))
    assert calls == 3


def rows(visitor: Visitor, ending: str, **asked: object) -> list[dict[str, Any]]:
    """Download the list, and read it."""
    answer = visitor.get(f"/sip/trunks/-/export.{ending}?{urlencode(asked)}")
    assert answer.status == 200, answer.text
    assert answer.headers["content-disposition"].startswith('attachment; filename="trunks-')
    assert PASSWORD not in answer.html
    assert TOKEN not in answer.html
    text = answer.response.content.decode("utf-8-sig")
    if ending == "json":
        return list(json.loads(text))
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("who", ["admin", "reader"])
def test_the_export_has_every_field_and_no_secret(
    request: pytest.FixtureRequest, found: dict[str, Any], who: str
) -> None:
    visitor = request.getfixturevalue(who)
    for ending in ("csv", "json"):
        got = rows(visitor, ending, q=part_of(found), sort="name")
        assert [r["id"] for r in got] == [
            found[key].sip_trunk_id for key in ("out", "full", "open", "bare")
        ]
        assert got[0].keys() == got[1].keys()
        assert [str(r["has_password"]) for r in got] == ["True", "True", "False", "False"]
    full = got[1]
    assert full["numbers"] == list(found["full"].numbers)
    assert full["headers"] == ["X-Auth-Token=••••••", "X-Customer=42; a=b"]
    assert (full["encryption"], full["codecs"]) == ("require", ["PCMU/8000", "G722"])
    assert (full["ringing_timeout"], full["max_call_duration"]) == (30.5, 3600)
    assert (full["transport"], got[0]["transport"]) == ("", "auto")
    assert rows(visitor, "json", q=part_of(found), kind="outbound")[0] == got[0]


def test_formulas_in_names_are_harmless_in_a_spreadsheet(admin: Visitor, make_trunk: Ask) -> None:
    info = make_trunk(name=f"=cmd() {secrets.token_hex(4)}")
    (got,) = rows(admin, "csv", q=info.name)
    assert got["name"] == f"'{info.name}"
    assert got["numbers"] == f"'{info.numbers[0]}"


@pytest.mark.parametrize("odd", ODD.values(), ids=list(ODD))
def test_odd_names_are_found_and_shown(admin: Visitor, make_trunk: Ask, odd: str) -> None:
    info = make_trunk(name=f"{odd}{secrets.token_hex(4)}")
    page = admin.get(address(q=info.name))
    assert names(page, {"odd": info}) == ["odd"]
    assert "<script>alert" not in page.html
    assert admin.get(path_of(info)).status == 200


@pytest.mark.parametrize("path", ["/sip/trunks", "/sip/rules"])
def test_without_redis_a_list_says_how_to_set_it_up(bare: Visitor, path: str) -> None:
    page = bare.get(path)
    assert page.status == 200
    assert "Telephony is not set up" in page.text
    assert "redis: address: 127.0.0.1:6379" in " ".join(page.text.split())
    assert "livekit/sip" in page.text
    assert "No trunks" not in page.text


def test_without_redis_it_says_so(bare: Visitor) -> None:
    for path in ("/sip/trunks/-/export.csv", "/sip/trunks/ST_x"):
        page = bare.get(path)
        assert page.status == 409
        assert "Not available on this LiveKit server" in page.text
        assert "Set redis.address in LiveKit's configuration." in page.text
    page = bare.post("/sip/trunks/-/new", kind="inbound", name="kept", numbers="+15550001111")
    assert (page.status, page.all("input", name="name")[0]["value"]) == (409, "kept")
