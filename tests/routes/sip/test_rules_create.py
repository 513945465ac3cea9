"""A new dispatch rule: /sip/rules/-/new."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from livekit import api
from livekit.protocol import sip

from tests.routes.asked import ODD, Ask, phone_number
from tests.routes.filled import filled
from tests.routes.sip.rules import AGENTS, NEW, direct, form, path_of, without_times
from tests.routes.sip.trunks import all_rules, own_name
from tests.support.visitor import Visitor

Make = Callable[..., Any]
REQUIRED = sip.SIPMediaEncryption.SIP_MEDIA_ENCRYPT_REQUIRE
EGRESS = '{"room": {"file_outputs": [{"filepath": "x", "s3": {"bucket": "b"}}]}}'


name = own_name("new")


def test_name_kind_prefix_and_trunk_are_enough(
    admin: Visitor, livekit: Ask, make_trunk: Make, name: str
) -> None:
    trunk = make_trunk(name=f"{name} trunk")
    page = admin.get(NEW)
    assert f"{name} trunk, +1\u00a0555" in page.html
    made = admin.send(NEW, form(admin, name=name, trunks=trunk.sip_trunk_id))
    (info,) = all_rules(livekit, name)
    assert made.location == path_of(info)
    assert f"Dispatch rule {name} was created." in admin.follow(made).text
    own = sip.SIPDispatchRuleIndividual(room_prefix="call")
    assert without_times(info) == sip.SIPDispatchRuleInfo(
        sip_dispatch_rule_id=info.sip_dispatch_rule_id,
        name=name,
        rule=sip.SIPDispatchRule(dispatch_rule_individual=own),
        trunk_ids=[trunk.sip_trunk_id],
        media=sip.SIPMediaConfig(),  # LiveKit's own doing
    )


KINDS = [
    (
        {"kind": "direct", "room": " a/b ", "prefix": "other", "callee_random": "on"},
        {"dispatch_rule_direct": sip.SIPDispatchRuleDirect(room_name=" a/b ", pin="12")},
    ),
    (
        {"kind": "individual", "prefix": "p", "room": "other", "individual_random": None},
        {
            "dispatch_rule_individual": sip.SIPDispatchRuleIndividual(
                room_prefix="p", pin="12", no_randomness=True
            )
        },
    ),
    (
        {"kind": "callee", "prefix": "", "callee_random": "on"},
        {"dispatch_rule_callee": sip.SIPDispatchRuleCallee(pin="12", randomize=True)},
    ),
]


@pytest.mark.parametrize(("typed", "wanted"), KINDS, ids=lambda each: next(iter(each.values())))
def test_each_kind_has_its_own_fields(
    admin: Visitor, livekit: Ask, name: str, typed: dict[str, Any], wanted: dict[str, Any]
) -> None:
    sent = form(admin, name=name, called=phone_number(), pin="12") | typed
    page = admin.send(NEW, {key: value for key, value in sent.items() if value is not None})
    assert page.status == 303, page.text
    (info,) = all_rules(livekit, name)
    assert info.rule == sip.SIPDispatchRule(**wanted)


def test_every_field(admin: Visitor, livekit: Ask, make_trunk: Make, name: str) -> None:
    trunks = [make_trunk().sip_trunk_id, make_trunk().sip_trunk_id]
    own, other = phone_number(), phone_number()
    typed = {
        "name": name,
        "kind": "direct",
        "room": "r",
        "trunks": trunks,
        "pin": "12",
        "called": f" {own},{other}\n\n{own}",
        "callers": "+15557654321",
        "hide_number": "on",
        "attributes": '{"team": "support", "<b>": ""}',
        "metadata": "{}",
        "room_preset": "preset",
        "config_name": "config",
        "empty_timeout": "60",
        "departure_timeout": "30",
        "max_participants": "4",
        "min_playout_delay": "100",
        "max_playout_delay": "200",
        "sync_streams": "on",
        "config_metadata": "of the room",
        "tags": '{"cost": "42"}',
        "agents": '[{"agent_name": "ann", "metadata": "{\\"a\\":1}"}, {"agentName": "bob", '
        '"deployment": "v2", "attributes": {"k": "v"}}]',
        "egress": EGRESS,
        "encryption": "require",
        "codecs": "PCMU/8000\nG722",
        "only_listed_codecs": "on",
        "media_timeout": "1.5",
        "krisp_enabled": "on",
    }
    page = admin.follow(admin.send(NEW, form(admin, **typed)))
    (info,) = all_rules(livekit, name)
    wanted = sip.SIPDispatchRuleInfo(
        sip_dispatch_rule_id=info.sip_dispatch_rule_id,
        name=name,
        rule=direct("r", "12"),
        numbers=[own, other],
        inbound_numbers=["+15557654321"],
        hide_phone_number=True,
        attributes={"team": "support", "<b>": ""},
        metadata="{}",
        room_preset="preset",
        krisp_enabled=True,
        media_encryption=REQUIRED,
    )
    assert sorted(info.trunk_ids) == sorted(trunks)
    wanted.trunk_ids.extend(info.trunk_ids)
    config = wanted.room_config
    config.name, config.metadata, config.sync_streams = "config", "of the room", True
    config.empty_timeout, config.departure_timeout, config.max_participants = 60, 30, 4
    config.min_playout_delay, config.max_playout_delay = 100, 200
    config.tags["cost"] = "42"
    config.agents.extend(AGENTS)
    output = api.EncodedFileOutput(filepath="x", s3=api.S3Upload(bucket="b"))
    config.egress.room.file_outputs.append(output)
    wanted.media.only_listed_codecs = True
    wanted.media.encryption = REQUIRED
    wanted.media.codecs.add(name="PCMU", rate=8000)
    wanted.media.codecs.add(name="G722")
    wanted.media.media_timeout.FromMilliseconds(1500)
    assert without_times(info) == wanted
    for text in ("deployment v2", "PCMU/8000, G722 only", "1.500 s", "required", "team support"):
        assert text in page.text, text


def test_agents_are_a_line_each_where_a_line_says_all(
    admin: Visitor, livekit: Ask, name: str
) -> None:
    typed = {"name": name, "called": phone_number(), "agents": 'ann {"a": 1}\n\n bob \n'}
    assert admin.send(NEW, form(admin, **typed)).status == 303
    (info,) = all_rules(livekit, name)
    agents = [(agent.agent_name, agent.metadata) for agent in info.room_config.agents]
    assert agents == [("ann", '{"a": 1}'), ("bob", "")]
    assert filled(admin.get(path_of(info, "edit")))["agents"] == 'ann {"a": 1}\nbob'


def test_a_rule_that_lets_any_stranger_in_is_asked_about(
    admin: Visitor, livekit: Ask, name: str
) -> None:
    asked = admin.send(NEW, form(admin, name=name, metadata="kept"))
    assert asked.status == 200
    assert "Anyone can join" in asked.text
    assert "Create anyway" in asked.text
    assert filled(asked)["metadata"] == "kept"
    assert all_rules(livekit, name) == []
    closed = admin.send(NEW, filled(asked) | {"called": phone_number(), "pin": "12"})
    assert closed.status == 303, "what closes it needs no second question"
    assert len(all_rules(livekit, name)) == 1


def test_one_that_was_asked_about_is_made_once_confirmed(
    admin: Visitor, livekit: Ask, name: str
) -> None:
    typed = {"name": name, "called": phone_number(), "pin": "12", "hide_number": "on"}
    asked = admin.send(NEW, form(admin, **typed))
    assert "crash" in asked.text
    assert admin.send(NEW, filled(asked) | {"seen": "guessed"}).status != 303
    assert all_rules(livekit, name) == []
    assert admin.send(NEW, filled(asked)).status == 303
    assert all_rules(livekit, name)[0].hide_phone_number


@pytest.mark.parametrize("odd", ODD.values(), ids=list(ODD))
def test_odd_texts_are_kept_as_they_were_typed(
    admin: Visitor, livekit: Ask, name: str, odd: str
) -> None:
    typed = {"name": f"{name}{odd}", "kind": "direct", "room": odd, "metadata": odd}
    page = admin.follow(admin.send(NEW, form(admin, called=phone_number(), **typed)))
    (info,) = all_rules(livekit, name)
    room = info.rule.dispatch_rule_direct.room_name
    assert (info.name, room, info.metadata) == (f"{name}{odd}", odd, odd)
    assert "<script>alert" not in page.html


def test_begins_with_the_trunk_that_the_address_names(admin: Visitor, make_trunk: Make) -> None:
    trunk = make_trunk()
    assert filled(admin.get(f"{NEW}?trunk={trunk.sip_trunk_id}"))["trunks"] == trunk.sip_trunk_id
    page = admin.get(f"/sip/trunks/{trunk.sip_trunk_id}")
    assert page.all("a", href=f"{NEW}?trunk={trunk.sip_trunk_id}")


def test_the_equivalent_command_says_no_pin_and_leaves_out_nothing(
    admin: Visitor, name: str
) -> None:
    sent = form(admin, name=name, pin="777123", trunks="ST_none")

    def piped(more: dict[str, str]) -> Any:
        page = admin.send(NEW, sent | more)
        command = next(b["data-copy"] for b in page.all("button") if "data-copy" in b)
        assert command.endswith("' | lk sip dispatch create /dev/stdin")
        return json.loads(command.partition("'")[2].rpartition("'")[0])["dispatch_rule"]

    own = {"dispatch_rule_individual": {"room_prefix": "call", "pin": "PIN"}}
    rule = {"name": name, "rule": own, "trunk_ids": ["ST_none"]}
    assert piped({}) == rule
    more = {"metadata": "m", "hide_number": "on"}
    assert piped(more) == rule | {"metadata": "m", "hide_phone_number": True}


def test_a_second_click_makes_no_second_rule(admin: Visitor, livekit: Ask, name: str) -> None:
    sent = form(admin, name=name, called=phone_number())
    assert admin.send(NEW, sent).status == 303
    assert admin.send(NEW, sent).status == 422
    assert len(all_rules(livekit, name)) == 1


def test_refuses_whoever_must_not(guarded: Callable[..., None], livekit: Ask, name: str) -> None:
    guarded(NEW, name=name, called="+15550001234", pin="12")
    assert all_rules(livekit, name) == []
