"""What an import would do: the forms' checks and warnings hold for a file as well."""

import json
from typing import Any

import pytest
from livekit.api import (
    SIPDispatchRule,
    SIPDispatchRuleDirect,
    SIPDispatchRuleInfo,
    SIPInboundTrunkInfo,
    SIPOutboundTrunkInfo,
)

from app.errors import Invalid
from app.services.sip.definitions.file import FORMAT, Kind, read
from app.services.sip.definitions.planning import Item, Plan, Planner, Stored

NUMBER = "+15105550100"
BOARD = {"dispatch_rule_direct": {"room_name": "board"}}


def stored(*infos: Any) -> Stored:
    """Sort LiveKit's messages by kind."""
    kinds: dict[Kind, Any] = {
        Kind.INBOUND: SIPInboundTrunkInfo,
        Kind.OUTBOUND: SIPOutboundTrunkInfo,
        Kind.RULE: SIPDispatchRuleInfo,
    }
    return {kind: [i for i in infos if isinstance(i, message)] for kind, message in kinds.items()}


def planned(file: Any, *infos: Any) -> Plan:
    """Plan the import of a file's objects over what is stored."""
    planner = Planner(stored(*infos))
    for kind, given in read(json.dumps(file)):
        planner.add(kind, given)
    return planner.plan()


def file(**lists: list[Any]) -> dict[str, Any]:
    """Make the objects of a file."""
    return {"format": FORMAT, "version": 1} | lists


def inbound(**fields: Any) -> Item:
    """Plan one inbound trunk."""
    trunk = {"name": "carrier", "numbers": [NUMBER]} | fields
    (item,) = planned(file(inbound_trunks=[trunk])).items
    return item


def rule(**fields: Any) -> Item:
    """Plan one dispatch rule."""
    return planned(file(dispatch_rules=[{"name": "r", "rule": BOARD} | fields])).items[0]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"allowed_addresses": ["sip:203.0.113.5;transport=udp"]}, "without sip:"),
        ({"allowed_addresses": ["203.0.113.5;transport=udp"]}, "accepts calls from everywhere"),
        ({"allowed_addresses": ["sip.example.com:5060"]}, "without a port"),
        ({"allowed_addresses": ["10.0.0.300"]}, "isn't a valid IP address"),
        ({"numbers": []}, "LiveKit rejects a trunk that anyone can call through"),
        ({"headers": {"Call-ID": "x"}}, "LiveKit sets this header itself"),
        ({"headers_to_attributes": {"X Y": "x"}}, "isn't a valid SIP header name"),
        ({"attributes_to_headers": {"x": "X Y"}}, "isn't a valid SIP header name"),
        ({"media": {"media_timeout": "601s"}}, "Enter 0 to 600 seconds"),
        ({"media": {"codecs": [{"name": "a b"}]}}, "isn't a codec name"),
    ],
)
def test_a_trunk_that_a_form_refuses_is_invalid(fields: dict[str, Any], reason: str) -> None:
    item = inbound(**fields)
    assert (item.action, reason in item.reason) == ("invalid", True), item.reason


@pytest.mark.parametrize(
    "fields",
    [
        {"address": "<my-trunk>.pstn.twilio.com"},
        {"address": "https://sip.example.com"},
        {"address": "sip.example.com/"},
        {"address": ""},
        {"numbers": []},
        {"from_host": "sip:sip.example.com"},
        {"destination_country": "Germany"},
    ],
)
def test_an_outbound_trunk_that_a_form_refuses_is_invalid(fields: dict[str, Any]) -> None:
    trunk = {"name": "out", "address": "sip.example.com", "numbers": [NUMBER]} | fields
    assert planned(file(outbound_trunks=[trunk])).items[0].action == "invalid"


def test_a_rule_that_a_form_refuses_is_invalid() -> None:
    item = rule(trunk_ids=["ST_gone"])
    assert item.action == "invalid"
    assert "There is no inbound trunk ST_gone" in item.reason


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({}, "open"),
        ({"numbers": [NUMBER]}, "claimed"),
        ({"numbers": [NUMBER], "hide_phone_number": True}, "hides"),
        ({"rule": {"dispatch_rule_direct": {"pin": "1"}}}, "roomless"),
        ({"rule": {"dispatch_rule_direct": {"room_name": "r", "pin": "one"}}}, "pin"),
    ],
)
def test_a_rule_has_the_warnings_of_its_form(fields: dict[str, Any], fault: str) -> None:
    item = rule(**fields)
    assert item.action == "added"
    assert fault in [warning.fault for warning in item.warnings]


def test_rules_with_critical_warnings_are_counted() -> None:
    rules = [{"name": "everybody", "rule": BOARD}, {"name": "x", "rule": BOARD, "numbers": ["+1"]}]
    assert planned(file(dispatch_rules=rules)).grave == 1


def test_two_rules_that_take_the_same_calls_are_not_both_added() -> None:
    rules = [{"name": name, "rule": BOARD, "numbers": [NUMBER]} for name in ("one", "two")]
    plan = planned(file(dispatch_rules=rules))
    assert [item.action for item in plan.items] == ["added", "invalid"]
    assert "one" in plan.items[1].reason
    there = SIPDispatchRuleInfo(
        sip_dispatch_rule_id="SDR_1",
        name="there",
        rule=SIPDispatchRule(dispatch_rule_direct=SIPDispatchRuleDirect(room_name="x")),
        numbers=[NUMBER],
    )
    assert "there" in planned(file(dispatch_rules=rules[:1]), there).items[0].reason


def test_two_trunks_with_the_same_number_are_not_both_added() -> None:
    trunks = [{"name": "one", "numbers": [NUMBER]}, {"name": "two", "numbers": ["1 510 555-0100"]}]
    plan = planned(file(inbound_trunks=trunks))
    assert [item.action for item in plan.items] == ["added", "invalid"]
    trunks[1]["allowed_numbers"] = ["+1"]  # LiveKit tells them apart by the caller
    assert planned(file(inbound_trunks=trunks)).counts == {"added": 2}


def test_what_is_replaced_in_the_same_import_is_in_nobodys_way() -> None:
    there = SIPInboundTrunkInfo(sip_trunk_id="ST_1", name="old", numbers=[NUMBER])
    trunks = [{"name": "old", "numbers": ["+1555"]}, {"name": "new", "numbers": [NUMBER]}]
    assert planned(file(inbound_trunks=trunks), there).counts == {"added": 1, "changed": 1}
    assert planned(file(inbound_trunks=trunks[::-1]), there).items[0].action == "invalid"


def test_what_is_stored_already_is_not_checked_again() -> None:
    odd = ["sip:203.0.113.5;transport=udp"]
    there = SIPInboundTrunkInfo(
        sip_trunk_id="ST_1", name="odd", numbers=["+1510\u200b5550997"], allowed_addresses=odd
    )
    trunk = {"name": "odd", "numbers": ["+1510\u200b5550997"], "allowed_addresses": odd}
    assert planned(file(inbound_trunks=[trunk]), there).items[0].action == "unchanged"
    (item,) = planned(file(inbound_trunks=[trunk | {"metadata": "x"}]), there).items
    assert (item.action, [each.label for each in item.differences]) == ("changed", ["Metadata"])


def test_a_number_loses_what_nobody_sees_in_it() -> None:
    item = inbound(numbers=["+1510\u200b5550997"])
    assert SIPInboundTrunkInfo.FromString(item.new).numbers == ["+15105550997"]


def test_a_rule_of_a_new_trunk_waits_for_it() -> None:
    trunk = {"sip_trunk_id": "ST_elsewhere", "name": "new", "numbers": [NUMBER]}
    rules = [{"name": "r", "rule": BOARD, "trunk_ids": ["ST_elsewhere"]}]
    plan = planned(file(inbound_trunks=[trunk], dispatch_rules=rules))
    assert plan.items[1].waits_for == {"ST_elsewhere"}
    assert not plan.items[1].warnings
    assert not any("(new)" in text for each in plan.items[1].differences for text in each.new)
    trunk["numbers"] = []
    plan = planned(file(inbound_trunks=[trunk], dispatch_rules=rules))
    assert plan.items[1].reason == "Its trunk new cannot be imported."


# As LiveKit's docs and lk have them: requests, lists, and one definition alone.
TRUNK = {
    "sipTrunkId": "ST_1",
    "name": "in",
    "numbers": [NUMBER],
    "createdAt": "2026-01-01T00:00:00Z",
}
OUT = {"name": "out", "address": "sip.example.com", "numbers": [NUMBER]}
RULE = {
    "name": "r",
    "rule": {"dispatchRuleDirect": {"roomName": "board"}},
    "inboundNumbers": ["+1"],
}
FOREIGN: list[tuple[Any, list[str]]] = [
    ({"trunk": TRUNK}, ["inbound trunk"]),
    ({"trunk": OUT}, ["outbound trunk"]),
    ({"dispatch_rule": RULE}, ["dispatch rule"]),
    ({"dispatchRule": RULE}, ["dispatch rule"]),
    ({"items": [TRUNK]}, ["inbound trunk"]),
    ({"items": [RULE]}, ["dispatch rule"]),
    ([{"dispatch_rule": RULE}, OUT, {"items": [TRUNK]}], [*Kind]),
    (TRUNK, ["inbound trunk"]),
    (RULE, ["dispatch rule"]),
]


@pytest.mark.parametrize(("text", "kinds"), FOREIGN, ids=lambda each: str(each)[:30])
def test_livekits_own_json_is_read(text: Any, kinds: list[str]) -> None:
    plan = planned(text)
    assert [str(item.kind) for item in plan.items] == kinds
    assert {item.action for item in plan.items} == {"added"}, plan.items


@pytest.mark.parametrize("text", [[], {}, {"items": []}, {"a": 1}, "x", 1, None, {"trunk": "x"}])
def test_other_json_is_refused(text: Any) -> None:
    with pytest.raises(Invalid) as caught:
        planned(text)
    assert caught.value.fields
