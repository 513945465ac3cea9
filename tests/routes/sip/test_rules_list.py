"""The list of dispatch rules, and as a file: /sip/rules."""

import csv
import io
import json
import secrets
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from livekit import api

from app.text.paths import room_path, sip_path
from dev.stack import Stack
from tests.routes.asked import ODD, Ask, phone_number
from tests.routes.conftest import Counted
from tests.routes.rooms.test_rooms_list import listed
from tests.routes.sip.rules import FULL, KEY, LIST, PIN, direct, path_of
from tests.routes.sip.trunks import clear, make_rule
from tests.support.asking import asker
from tests.support.visitor import Seen, Visitor


@pytest.fixture(scope="module")
def found(stack: Stack) -> Iterator[dict[str, Any]]:
    """A trunk and four rules with a text of their own in their names."""
    part = f"list-{secrets.token_hex(4)}"
    livekit = asker(stack)
    info = api.SIPInboundTrunkInfo(name=f"{part} trunk", numbers=[phone_number()])
    request = api.CreateSIPInboundTrunkRequest(trunk=info)
    trunk = livekit("sip.create_inbound_trunk", request)
    own = [trunk.sip_trunk_id]
    called = {"numbers": [phone_number()], "inbound_numbers": []}
    yield {
        "trunk": trunk,
        "full": make_rule(livekit, f"{part} B", own, **FULL),
        "gone": make_rule(livekit, f"{part} a", [*own, f"ST_{part}"]),
        "every": make_rule(livekit, f"{part} c", [], rule=direct(f"{part}-room"), **called),
        "pin": make_rule(livekit, f"{part} d", [], rule=direct("a/b", f"{PIN}1"), **called),
    }
    clear(livekit, part)


def part_of(found: dict[str, Any]) -> str:
    """Return the text that all names begin with."""
    return str(found["trunk"].name.partition(" ")[0])


def address(**asked: object) -> str:
    """Return the list's address with this state."""
    return f"{LIST}?{urlencode(asked)}"


def names(page: Seen, found: dict[str, Any]) -> list[str]:
    """Return the keys of the module's rules on the page, from the top."""
    keys = {f"rule-{v.sip_dispatch_rule_id}": k for k, v in found.items() if k != "trunk"}
    return [keys[row] for row in listed(page) if row in keys]


def row(page: Seen, info: Any) -> str:
    """Return the HTML of one row."""
    start = f'<tr id="rule-{info.sip_dispatch_rule_id}">'
    return page.html.partition(start)[2].partition("</tr>")[0]


def test_shows_kind_room_trunks_numbers_and_what_is_wrong(
    admin: Visitor, found: dict[str, Any]
) -> None:
    page = admin.get(address(q=part_of(found)))
    assert names(page, found) == ["gone", "full", "every", "pin"]
    full, gone, every = (row(page, found[key]) for key in ("full", "gone", "every"))
    trunk = sip_path("trunks", found["trunk"].sip_trunk_id)
    assert f'href="{trunk}"' in full
    assert f'href="{trunk}"' in gone
    assert path_of(found["full"]) in full
    assert "from 2 callers" in full
    assert ">PIN</span>" in full
    assert "ward" in full
    assert "&lt;caller&gt;" in full
    assert "no longer exists" in gone
    assert ">trunk deleted</span>" in gone
    assert f'href="{room_path(found["every"].rule.dispatch_rule_direct.room_name)}"' in every
    assert ">open by number</span>" in every
    assert found["every"].numbers[0] in every
    assert f'href="{room_path("a/b")}"' in row(page, found["pin"])


@pytest.mark.parametrize("who", ["admin", "reader"])
def test_no_secret_is_in_the_list(
    request: pytest.FixtureRequest, found: dict[str, Any], who: str
) -> None:
    page = request.getfixturevalue(who).get(address(q=part_of(found)))
    assert len(names(page, found)) == 4
    assert PIN not in page.html
    assert KEY not in page.html
    assert ("Delete…" in page.text) is (who == "admin")


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"kind": "individual"}, {"full"}),
        ({"kind": "direct"}, {"gone", "every", "pin"}),
        ({"kind": "callee"}, set()),
        ({"faults": "any"}, {"gone", "every"}),
        ({"faults": "bad"}, set()),
    ],
    ids=["individual", "direct", "callee", "faulty", "bad"],
)
def test_filters(
    admin: Visitor, found: dict[str, Any], asked: dict[str, str], wanted: set[str]
) -> None:
    assert set(names(admin.get(address(q=part_of(found), **asked)), found)) == wanted
    for name in asked:
        assert admin.get(address(**{name: "fax"})).status == 422


def test_finds_by_name_id_room_trunk_and_number_however_it_is_written(
    admin: Visitor, found: dict[str, Any]
) -> None:
    own, part = found["every"].numbers[0], part_of(found)
    for q, wanted in (
        (found["full"].name.upper(), ["full"]),
        (found["pin"].sip_dispatch_rule_id.lower(), ["pin"]),
        (f"{part}-room", ["every"]),
        (f"{part} trunk", ["gone", "full"]),
        (found["trunk"].sip_trunk_id, ["gone", "full"]),
        (f" +1 ({own[2:5]}) {own[5:8]} {own[8:]} ", ["every", "pin"]),
    ):
        assert names(admin.get(address(q=q)), found) == wanted, q
    assert "No matching dispatch rules" in admin.get(address(q=f"{part} no")).text


def test_sorts_also_as_livekit_tries_them(admin: Visitor, found: dict[str, Any]) -> None:
    for sort, wanted in (
        ("-name", ["pin", "every", "full", "gone"]),
        ("kind", ["gone", "every", "pin", "full"]),
        ("room", ["pin", "gone", "every", "full"]),
        ("order", ["full", "gone", "pin", "every"]),
    ):
        page = admin.get(address(q=part_of(found), sort=sort, per_page=200))
        assert names(page, found) == wanted, sort
    assert admin.get(address(sort="nothing")).status == 422


def test_a_page_costs_two_calls(counted: Counted, found: dict[str, Any]) -> None:
    page, calls = counted.get(address(q=part_of(found), per_page=2))
    assert (calls, len(listed(page))) == (2, 2)
    assert "page 1 of 2" in page.text
    for path in ("", "edit", "delete"):
        _, calls = counted.get(path_of(found["full"], *filter(None, [path])))
        assert calls == 2, path


def rows(visitor: Visitor, ending: str, **asked: object) -> list[dict[str, Any]]:
    """Download the list, and read it."""
    answer = visitor.get(f"{LIST}/-/export.{ending}?{urlencode(asked)}")
    assert answer.status == 200, answer.text
    assert answer.headers["content-disposition"].startswith('attachment; filename="rules-')
    assert PIN not in answer.html
    assert KEY not in answer.html
    text = answer.response.content.decode("utf-8-sig")
    if ending == "json":
        return list(json.loads(text))
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_agents_of_a_rule_are_named(admin: Visitor, found: dict[str, Any]) -> None:
    page = admin.get(f"{LIST}?q={found['full'].sip_dispatch_rule_id}")
    assert "ann bob" in page.text
    assert "None" in admin.get(f"{LIST}?q={found['gone'].sip_dispatch_rule_id}").text


@pytest.mark.parametrize("who", ["admin", "reader"])
def test_the_export_has_everything_but_secrets(
    request: pytest.FixtureRequest, found: dict[str, Any], who: str
) -> None:
    visitor = request.getfixturevalue(who)
    ids = [found[key].sip_dispatch_rule_id for key in ("gone", "full", "every", "pin")]
    for ending in ("csv", "json"):
        got = rows(visitor, ending, q=part_of(found))
        assert [r["id"] for r in got] == ids
        assert [str(r["has_pin"]) for r in got] == ["False", "True", "False", "True"]
    full = got[1]
    assert full["callers"] == ["+15557654321", "anonymous"]
    assert (full["agents"], full["encryption"]) == (["ann", "bob"], "require")
    assert json.loads(full["definition"])["room_config"]["tags"] == {"cost": "42"}
    assert (got[0]["warnings"], full["random"]) == (["gone"], False)


def test_formulas_in_names_are_harmless_in_a_spreadsheet(
    admin: Visitor, make_dispatch_rule: Ask
) -> None:
    info = make_dispatch_rule(name=f"=cmd() {secrets.token_hex(4)}")
    (got,) = rows(admin, "csv", q=info.name)
    assert got["name"] == f"'{info.name}"


@pytest.mark.parametrize("odd", ODD.values(), ids=list(ODD))
def test_odd_names_are_found_and_shown(admin: Visitor, make_dispatch_rule: Ask, odd: str) -> None:
    name = f"{odd}{secrets.token_hex(4)}"
    info = make_dispatch_rule(name=name, rule=direct(odd), attributes={odd: odd}, metadata=odd)
    page = admin.get(address(q=name))
    assert names(page, {"odd": info}) == ["odd"]
    assert "<script>alert" not in page.html
    for rest in ((), ("edit",), ("delete",)):
        page = admin.get(path_of(info, *rest))
        assert page.status == 200
        assert "<script>alert" not in page.html


def test_without_redis_it_says_so(bare: Visitor) -> None:
    for path in (f"{LIST}/-/export.csv", f"{LIST}/SDR_x", f"{LIST}/-/new"):
        page = bare.get(path)
        assert page.status == 409
        assert "Set redis.address in LiveKit's configuration." in page.text, path
