"""Changing a dispatch rule: /sip/rules/{rule}/edit, which shows the difference first."""

from collections.abc import Callable
from typing import Any

import pytest
from livekit import api
from livekit.protocol import sip

from tests.routes.asked import Ask
from tests.routes.filled import filled, marked, reason
from tests.routes.sip.rules import FULL, PIN, edited, kept, path_of, saved, without_times
from tests.routes.sip.trunks import confirmed
from tests.support.visitor import Visitor

Make = Callable[..., Any]
# A field that no build knows yet: number 1007, three bytes.
NEWER = b"\xfa\x3e\x03abc"


@pytest.fixture
def full(make_dispatch_rule: Make) -> Any:
    """A rule with everything that one can have."""
    return make_dispatch_rule(**FULL)


def now(livekit: Ask, info: Any) -> Any:
    """Return the rule as LiveKit has it by now, without its times."""
    return without_times(kept(livekit, info.sip_dispatch_rule_id))


def test_saved_unchanged_nothing_is_sent_and_nothing_changes(
    admin: Visitor, livekit: Ask, full: Any
) -> None:
    assert "Nothing was changed." in admin.follow(edited(admin, full)).text
    fields = filled(admin.get(path_of(full, "edit?view=json")))
    same = admin.send(path_of(full, "edit"), fields)
    assert "Nothing was changed." in admin.follow(same).text
    assert kept(livekit, full.sip_dispatch_rule_id) == full


ONE = [
    ({"name": "another"}, {"name": "another"}),
    ({"called": ""}, {"numbers": []}),
    ({"callers": "+1555\n+1556"}, {"inbound_numbers": ["+1555", "+1556"]}),
    ({"hide_number": "on"}, {"hide_phone_number": True}),
    ({"attributes": '{"a": "b"}'}, {"attributes": {"a": "b"}}),
    ({"metadata": "é\r\nü"}, {"metadata": "é\nü"}),
    ({"room_preset": ""}, {"room_preset": ""}),
    ({"krisp_enabled": None}, {"krisp_enabled": False}),
]


@pytest.mark.parametrize(("typed", "wanted"), ONE, ids=str)
def test_changes_one_thing_and_keeps_all_the_rest(
    admin: Visitor, livekit: Ask, full: Any, typed: dict[str, Any], wanted: dict[str, Any]
) -> None:
    assert "was saved" in saved(admin, full, **typed).text
    for name, value in wanted.items():
        full.ClearField(name)
        full.MergeFrom(type(full)(**{name: value}))
    assert now(livekit, full) == without_times(full)


NESTED = [
    ({"prefix": "x"}, "rule.dispatch_rule_individual", {"room_prefix": "x"}),
    ({"individual_random": "on"}, "rule.dispatch_rule_individual", {"no_randomness": False}),
    ({"pin": "77"}, "rule.dispatch_rule_individual", {"pin": "77"}),
    ({"remove_pin": "on"}, "rule.dispatch_rule_individual", {"pin": ""}),
    ({"max_participants": ""}, "room_config", {"max_participants": 0}),
    ({"tags": "{}"}, "room_config", {"tags": {}}),
    ({"config_metadata": "m"}, "room_config", {"metadata": "m"}),
    ({"sync_streams": None}, "room_config", {"sync_streams": False}),
    ({"only_listed_codecs": None}, "media", {"only_listed_codecs": False}),
]


@pytest.mark.parametrize(("typed", "where", "wanted"), NESTED, ids=str)
def test_changes_one_thing_deeper_and_keeps_all_the_rest(
    admin: Visitor, livekit: Ask, full: Any, typed: Any, where: str, wanted: dict[str, Any]
) -> None:
    saved(admin, full, **typed)
    part = full
    for step in where.split("."):
        part = getattr(part, step)
    for name, value in wanted.items():
        part.ClearField(name)
        part.MergeFrom(type(part)(**{name: value}))
    assert now(livekit, full) == without_times(full)


def test_encryption_is_set_where_livekit_reads_it_and_in_the_older_field(
    admin: Visitor, livekit: Ask, full: Any
) -> None:
    for chosen, number_ in (("allow", 1), ("disable", 0)):
        saved(admin, full, encryption=chosen)
        full.media.encryption = full.media_encryption = number_
        assert now(livekit, full) == without_times(full)
    saved(admin, full, encryption="")
    full.media.ClearField("encryption")
    assert now(livekit, full) == without_times(full)


def test_another_kind_keeps_the_pin(admin: Visitor, livekit: Ask, full: Any) -> None:
    asked = edited(admin, full, kind="callee", prefix="desk")
    assert PIN not in asked.html
    admin.follow(confirmed(admin, asked, path_of(full, "edit")))
    assert now(livekit, full).rule.dispatch_rule_callee == sip.SIPDispatchRuleCallee(
        room_prefix="desk", pin=PIN
    )
    both = edited(admin, full, pin="1", remove_pin="on")
    assert (both.status, marked(both)) == (422, ["remove_pin"])


def test_what_no_build_knows_yet_survives_at_every_depth(
    admin: Visitor, livekit: Ask, make_dispatch_rule: Make
) -> None:
    parts = {
        "media": sip.SIPMediaConfig.FromString(NEWER),
        "room_config": type(FULL["room_config"]).FromString(NEWER),
        "rule": sip.SIPDispatchRule(
            dispatch_rule_direct=sip.SIPDispatchRuleDirect.FromString(NEWER)
        ),
    }
    parts["rule"].dispatch_rule_direct.room_name = "r"
    info = make_dispatch_rule(**parts)
    saved(admin, info, name="newer", codecs="PCMU", empty_timeout="5", room="s")
    found = kept(livekit, info.sip_dispatch_rule_id)
    assert found.name == "newer"
    assert found.SerializeToString().count(NEWER) == 3


def test_a_trunk_that_is_deleted_under_the_form(
    admin: Visitor, livekit: Ask, make_trunk: Make, make_dispatch_rule: Make
) -> None:
    trunk, info = make_trunk(), make_dispatch_rule()
    fields = filled(admin.get(path_of(info, "edit")))
    gone = trunk.sip_trunk_id
    livekit("sip.delete_trunk", api.DeleteSIPTrunkRequest(sip_trunk_id=gone))
    page = admin.send(path_of(info, "edit"), fields | {"trunks": gone, "name": "typed"})
    assert (page.status, marked(page)) == (422, ["trunks"])
    assert reason(page, "trunks").startswith(f"There is no inbound trunk {gone}")
    again = filled(page)
    assert (again["name"], again["trunks"]) == ("typed", gone)
    assert kept(livekit, info.sip_dispatch_rule_id) == info


def test_a_trunk_that_was_gone_before_may_stay_or_go(
    admin: Visitor, livekit: Ask, make_trunk: Make, make_dispatch_rule: Make
) -> None:
    trunk = make_trunk()
    info = make_dispatch_rule(trunk_ids=[trunk.sip_trunk_id, "ST_gone"])
    assert "ST_gone, which is no longer an inbound trunk" in admin.get(path_of(info, "edit")).text
    saved(admin, info, name="other")
    assert list(now(livekit, info).trunk_ids) == [trunk.sip_trunk_id, "ST_gone"]
    saved(admin, info, trunks=trunk.sip_trunk_id)
    assert list(now(livekit, info).trunk_ids) == [trunk.sip_trunk_id]


def test_the_equivalent_command_is_there_where_lk_can_do_it(
    admin: Visitor, make_dispatch_rule: Make
) -> None:
    info = make_dispatch_rule()
    command = f"lk sip dispatch update --id {info.sip_dispatch_rule_id}"
    assert f"{command} --name 'it'\\''s'" in edited(admin, info, name="it's").text
    assert command not in edited(admin, info, metadata="x").text
