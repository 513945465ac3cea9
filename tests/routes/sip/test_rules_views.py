"""The same dispatch rule as a form and as JSON: each holds what was typed into the other."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.routes.asked import ODD, Ask, phone_number
from tests.routes.filled import filled, marked, reason
from tests.routes.sip.rules import FULL, KEY, NEW, PIN, form, kept, path_of, without_times
from tests.routes.sip.trunks import all_rules, confirmed, own_name
from tests.support.visitor import Seen, Visitor

Make = Callable[..., Any]


name = own_name("view")


def turned(visitor: Visitor, path: str, fields: dict[str, Any], to: str) -> Seen:
    """Ask for the other view with what is typed."""
    page = visitor.send(path, fields | {"to": to})
    assert page.status == 200, page.text
    assert filled(page)["view"] == to
    return page


def rule_in(page: Seen) -> Any:
    """Return the rule that the JSON view shows."""
    return json.loads(filled(page)["definition"])


TYPED = {
    "kind": "callee",
    "prefix": "desk",
    "callee_random": "on",
    "pin": "1234",
    "called": "+15550001111\n+15550002222",
    "attributes": '{\n  "a": "b"\n}',
    "agents": 'ann {"a":1}\nbob',
    "media_timeout": "1.5",
    "encryption": "allow",
    "max_participants": "4",
}
AS_JSON = {
    "rule": {"dispatch_rule_callee": {"room_prefix": "desk", "pin": "1234", "randomize": True}},
    "numbers": ["+15550001111", "+15550002222"],
    "attributes": {"a": "b"},
    "room_config": {
        "max_participants": 4,
        "agents": [{"agent_name": "ann", "metadata": '{"a":1}'}, {"agent_name": "bob"}],
    },
    "media": {"encryption": "SIP_MEDIA_ENCRYPT_ALLOW", "media_timeout": "1.500s"},
    "media_encryption": "SIP_MEDIA_ENCRYPT_ALLOW",
}


def test_what_was_typed_comes_along_there_and_back(admin: Visitor, livekit: Ask, name: str) -> None:
    page = turned(admin, NEW, form(admin, name=name, **TYPED), "json")
    assert rule_in(page) == AS_JSON | {"name": name}
    assert all_rules(livekit, name) == []
    back = filled(turned(admin, NEW, filled(page), "form"))
    assert {key: back[key] for key in TYPED} == TYPED
    assert rule_in(turned(admin, NEW, back, "json")) == AS_JSON | {"name": name}


def test_either_view_makes_the_same_rule(admin: Visitor, livekit: Ask, name: str) -> None:
    fields = form(admin, name=f"{name} form", **TYPED | {"called": phone_number()})
    page = turned(admin, NEW, fields, "json")
    sent = filled(page) | {"definition": filled(page)["definition"].replace(" form", " json")}
    assert admin.send(NEW, fields).status == 303
    assert marked(admin.send(NEW, sent)) == ["definition"], "the number is taken by now"
    sent["definition"] = sent["definition"].replace(fields["called"], phone_number())
    assert admin.send(NEW, sent).status == 303
    views = ("form", "json")
    of_form, of_json = (without_times(all_rules(livekit, f"{name} {v}")[0]) for v in views)
    for info in (of_form, of_json):
        del info.numbers[:]
        info.sip_dispatch_rule_id = info.name = ""
    assert of_form == of_json


def test_json_brings_what_no_field_can_hold_and_the_form_keeps_it(
    admin: Visitor, livekit: Ask, name: str
) -> None:
    rule = {
        "dispatch_rule": {
            "name": name,
            "numbers": [phone_number()],
            "rule": {"dispatchRuleDirect": {"roomName": "a\nb"}},
            "room_config": {
                "agents": [{"agent_name": "two words", "restart_policy": "JRP_NEVER"}],
                "metadata": "one\r\ntwo",
            },
        }
    }
    page = admin.get(f"{NEW}?view=json")
    back = turned(admin, NEW, filled(page) | {"definition": json.dumps(rule)}, "form")
    assert filled(back)["agents"].startswith("[")
    assert admin.send(NEW, filled(back) | {"metadata": "typed"}).status == 303
    (info,) = all_rules(livekit, name)
    assert info.rule.dispatch_rule_direct.room_name == "a\nb"
    assert (info.metadata, info.room_config.metadata) == ("typed", "one\r\ntwo")
    (agent,) = info.room_config.agents
    assert (agent.agent_name, agent.restart_policy) == ("two words", 1)


BAD = [
    ('{\n  "name": "x",\n  "numbers": [,]\n}', "line 3"),
    ('{"nam": "x"}', "nam: there is no such field. Fields: sip_dispatch_rule_id, rule,"),
    (
        '{"rule": {"dispatch_rule_direct": {"room": "r"}}}',
        "rule.dispatch_rule_direct.room: there is no such field. Fields: room_name, pin.",
    ),
    (
        '{"rule": {"dispatch_rule_direct": {"pin": 1234}}}',
        "rule.dispatch_rule_direct.pin: expected text in quotes, not a number.",
    ),
    ('{"name": "x", "name": "y"}', "Duplicate name: name."),
    ('{"numbers": "+1555"}', 'numbers: expected a list in [ ], not "+1555".'),
    (
        '{"room_config": {"max_participants": -1}}',
        "room_config.max_participants: expected a whole number from 0",
    ),
    (
        '{"dispatchRule": {"room_config": {"agents": [{"agent_name": "a"}, {"agent_name": 2}]}}}',
        "room_config.agents[1].agent_name: expected text in quotes, not a number.",
    ),
    ('{"name": "\\ud800"}', "half a character"),
    ('{"name": NaN}', "NaN is not JSON"),
    ("[]", "expected an object in { }, not a list."),
    ("", "line 1"),
    ("[" * 100_000, "nested too deeply"),
]


@pytest.mark.parametrize(("typed", "said"), BAD, ids=lambda each: each[:30])
@pytest.mark.parametrize("to", ["", "form"])
def test_bad_json_is_422_with_its_line_and_the_text_kept(
    admin: Visitor, typed: str, said: str, to: str
) -> None:
    page = admin.send(NEW, filled(admin.get(f"{NEW}?view=json")) | {"definition": typed, "to": to})
    assert (page.status, marked(page)) == (422, ["definition"])
    assert said in reason(page, "definition")
    assert filled(page)["definition"] == typed
    assert page.html.count("<textarea") == 1


def test_what_livekit_refuses_is_said_at_the_json(admin: Visitor, livekit: Ask, name: str) -> None:
    rules: list[dict[str, Any]] = [
        {"rule": {}},
        {},
        {"rule": {"dispatch_rule_direct": {"room_name": "r", "pin": "••••••"}}},
        {"rule": {"dispatch_rule_direct": {"room_name": "r", "pin": "12••••••"}}},
        {"rule": {"dispatch_rule_direct": {}}, "trunk_ids": ["ST_none"]},
        {"rule": {"dispatch_rule_direct": {"pin": "1"}}, "media": {"media_timeout": "601s"}},
    ]
    for rule in rules:
        text = json.dumps(rule | {"name": name, "numbers": [phone_number()]}, indent=1)
        page = admin.send(NEW, filled(admin.get(f"{NEW}?view=json")) | {"definition": text})
        if page.status == 200:  # grave: it is asked about first
            page = admin.send(NEW, filled(page))
        assert (page.status, marked(page)) == (422, ["definition"]), rule
        assert filled(page)["definition"] == text
    assert all_rules(livekit, name) == []


def test_a_field_that_the_rule_cannot_hold_keeps_the_form_as_it_is(admin: Visitor) -> None:
    sent = form(admin, media_timeout="soon", room="", kind="direct", pin="4711")
    page = admin.send(NEW, sent | {"to": "json"})
    assert (page.status, marked(page)) == (422, ["media_timeout"])
    assert filled(page)["pin"] == "4711"
    assert admin.send(NEW, sent | {"to": "json", "media_timeout": ""}).status == 200


def test_an_edit_in_json_keeps_what_is_covered(
    admin: Visitor, livekit: Ask, make_dispatch_rule: Make
) -> None:
    info = make_dispatch_rule(**FULL)
    path = path_of(info, "edit")
    page = admin.get(f"{path}?view=json")
    assert rule_in(page)["rule"]["dispatch_rule_individual"]["pin"] == "••••••"
    fields = filled(turned(admin, path, filled(page), "form"))
    assert (fields["pin"], "remove_pin" in fields) == ("", False)
    page = turned(admin, path, fields | {"name": "mine"}, "json")
    for secret in (PIN, KEY):
        assert secret not in page.html
    admin.follow(confirmed(admin, admin.send(path, filled(page)), path))
    info.name = "mine"
    assert without_times(kept(livekit, info.sip_dispatch_rule_id)) == without_times(info)


def test_a_pin_typed_or_taken_out_in_json_is_so_in_the_form(
    admin: Visitor, livekit: Ask, make_dispatch_rule: Make
) -> None:
    info = make_dispatch_rule(**FULL)
    path = path_of(info, "edit")
    fields = filled(admin.get(f"{path}?view=json"))
    other = fields["definition"].replace("••••••", "5150", 1)
    assert filled(turned(admin, path, fields | {"definition": other}, "form"))["pin"] == "5150"
    none = fields["definition"].replace('"pin": "••••••",', "", 1)
    back = filled(turned(admin, path, fields | {"definition": none}, "form"))
    assert (back["pin"], back["remove_pin"]) == ("", "on")
    admin.follow(confirmed(admin, admin.send(path, back), path))
    assert not kept(livekit, info.sip_dispatch_rule_id).rule.dispatch_rule_individual.pin


@pytest.mark.parametrize("odd", ODD.values(), ids=list(ODD))
def test_odd_texts_survive_both_views(admin: Visitor, odd: str) -> None:
    typed = {"name": odd, "kind": "direct", "room": odd, "metadata": odd, "config_name": odd}
    page = turned(admin, NEW, form(admin, **typed), "json")
    assert "<script>alert" not in page.html
    back = filled(turned(admin, NEW, filled(page), "form"))
    assert {key: back[key] for key in typed} == typed


def test_a_form_that_was_tampered_with_is_refused(admin: Visitor) -> None:
    for name, text in (("shown", "x"), ("shown", "[]"), ("definition", "{"), ("view", "fax")):
        assert admin.send(NEW, form(admin, called=phone_number(), **{name: text})).status == 422
    assert admin.send(NEW, form(admin, called=phone_number(), to="fax")).status == 422
