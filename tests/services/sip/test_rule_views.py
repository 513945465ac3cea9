"""A dispatch rule as fields and as JSON, apart from HTTP: nothing is lost on the way."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from livekit.api import SIPDispatchRule, SIPDispatchRuleInfo
from livekit.protocol import sip

from app.inputs.sip.rule_fields import OF_KIND, fields_of, rule_of, without_pin
from app.inputs.sip.rules import RuleForm, opened
from app.services.sip.rules.rule_json import asks_pin, canonical, over, plain, text, whole
from tests.routes.sip.rules import FULL

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from("\r\n ,/["), max_size=6
)
NAMES = st.dictionaries(TEXTS, TEXTS, max_size=2)
PINS = st.text("0123456789*abé ", max_size=4)
NUMBERS = st.integers(0, 2**32 - 1)
AGENTS = st.fixed_dictionaries(
    {}, optional={"agent_name": TEXTS, "metadata": TEXTS, "deployment": TEXTS, "attributes": NAMES}
)
CODECS = st.fixed_dictionaries({}, optional={"name": TEXTS, "rate": NUMBERS})
MEDIA = st.fixed_dictionaries(
    {},
    optional={
        "codecs": st.lists(CODECS, max_size=2),
        "only_listed_codecs": st.booleans(),
        "encryption": st.sampled_from(["SIP_MEDIA_ENCRYPT_DISABLE", "SIP_MEDIA_ENCRYPT_REQUIRE"]),
        "media_timeout": st.sampled_from(["0s", "20s", "1.5s", "-3.000000001s"]),
    },
)
CONFIG = st.fixed_dictionaries(
    {},
    optional={
        "name": TEXTS,
        "empty_timeout": NUMBERS,
        "metadata": TEXTS,
        "sync_streams": st.booleans(),
        "agents": st.lists(AGENTS, max_size=2),
        "tags": NAMES,
        "egress": st.just({"tracks": {"filepath": "x"}}),
    },
)
PREFIX: dict[str, Any] = {"room_prefix": TEXTS, "pin": PINS}
OWN: dict[str, dict[str, Any]] = {
    "dispatch_rule_direct": {"room_name": TEXTS, "pin": PINS},
    "dispatch_rule_individual": PREFIX | {"no_randomness": st.booleans()},
    "dispatch_rule_callee": PREFIX | {"randomize": st.booleans()},
}
KIND: Any = st.one_of(
    [st.fixed_dictionaries({k: st.fixed_dictionaries({}, optional=v)}) for k, v in OWN.items()]
)
RULES = st.fixed_dictionaries(
    {"rule": KIND},
    optional={
        "name": TEXTS,
        "trunk_ids": st.lists(TEXTS, max_size=3),
        "numbers": st.lists(TEXTS, max_size=3),
        "metadata": TEXTS,
        "attributes": NAMES,
        "hide_phone_number": st.booleans(),
        "room_config": CONFIG,
        "media": MEDIA,
        "media_encryption": st.just("SIP_MEDIA_ENCRYPT_ALLOW"),
    },
).map(canonical)


@given(RULES)
def test_a_form_that_nobody_touched_makes_the_rule_that_it_shows(rule: dict[str, Any]) -> None:
    had_pin = asks_pin(rule)
    again = rule_of(fields_of(rule, had_pin=had_pin), without_pin(rule), had_pin=had_pin)
    wanted = {k: v for k, v in rule.items() if k != "room_config" or v}
    assert again == wanted


@given(RULES, st.sampled_from([*OF_KIND]), TEXTS)
def test_another_kind_changes_nothing_else(rule: dict[str, Any], kind: str, room: str) -> None:
    fields = fields_of(rule, had_pin=False) | {"kind": kind, "room": room, "prefix": room}
    again = rule_of(fields, without_pin(rule), had_pin=False)
    assert list(again["rule"]) == [OF_KIND[kind]]
    assert asks_pin(again) is asks_pin(rule)
    for part in rule.keys() - {"rule", "room_config"}:
        assert again[part] == rule[part]


@given(RULES, RULES, RULES)
def test_laid_over_what_is_stored_by_now(
    before: dict[str, Any], after: dict[str, Any], stored: dict[str, Any]
) -> None:
    assert over(stored, before, before) == stored
    assert over(before, before, after) == after
    found = over(stored, before, after)
    for part in {*before, *after, *stored} - {"room_config", "media", "attributes"}:
        same = before.get(part) == after.get(part)
        assert found.get(part) == (stored if same else after).get(part)


@given(RULES)
def test_as_json_and_back_it_is_the_same_message(rule: dict[str, Any]) -> None:
    info = whole(rule)
    assert whole(plain(info), info) == info
    assert opened(plain(info), "json")["shown"] == text(plain(info))


def test_a_kind_that_is_newer_stays_until_another_is_chosen() -> None:
    newer = SIPDispatchRule.FromString(b"\xfa\x3e\x03abc")
    info = SIPDispatchRuleInfo(rule=newer, name="x")
    form = RuleForm(**opened(plain(info), "form"))
    assert form.kind == "unknown"
    assert list(form.problems()) == []
    assert whole(form.rule, info) == info
    chosen = form.model_copy(update={"kind": "direct", "room": "r"})
    own = sip.SIPDispatchRuleDirect(room_name="r")
    wanted = SIPDispatchRuleInfo(rule=SIPDispatchRule(dispatch_rule_direct=own), name="x")
    assert whole(chosen.rule, info).SerializeToString() == wanted.SerializeToString()


@pytest.mark.parametrize("view", ["form", "json"])
def test_nothing_secret_is_in_either_view(view: Any) -> None:
    fields = opened(plain(SIPDispatchRuleInfo(**FULL)), view)
    assert "••••••" in fields["shown"]
    for secret in ("90210417", "storage-key"):
        assert secret not in str(fields)
