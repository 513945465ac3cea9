"""JSON that somebody typed for one of LiveKit's messages: read, or refused as what it is."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.json_format import ParseError
from hypothesis import given, settings
from hypothesis import strategies as st
from livekit.api import RoomEgress, SIPDispatchRuleInfo

from app.errors import Invalid
from app.inputs.fields import texts_by_name
from app.services.livekit.from_json import WrongPartError, built, mismatch, parsed
from app.services.sip.definitions import file as definitions_file
from app.services.sip.rules import rule_json
from app.services.webhooks import events as webhooks_events
from app.text.json_text import is_utf8

HALF = "\ud800"  # JSON's escapes can name it, UTF-8 cannot
DEEP: Any = {}
for _ in range(500):
    DEEP = {"rule": DEEP}
WRONG: dict[str, Any] = {
    "a name": {HALF: 1},
    "a name inside": {"rule": {HALF: 1}},
    "a text for a message": {"rule": HALF},
    "a text": {"name": HALF},
    "a key of a map": {"attributes": {HALF: "x"}},
    "a choice": {"media": {"encryption": HALF}},
    "an unknown field": {"unknown": 1},
    "a number for a message": {"rule": 1},
    "a large number": {"room_config": {"max_participants": 2**70}},
    "deep": DEEP,
}
FILE = {"format": definitions_file.FORMAT, "version": 1}
READERS: dict[str, Callable[[Any], object]] = {
    "a rule": lambda given: rule_json.read(json.dumps(given)),
    "a file": lambda given: [
        definitions_file.whole(kind, definitions_file.named(kind, rule), None)
        for kind, rule in definitions_file.read(json.dumps(FILE | {"dispatch_rules": [given]}))
    ],
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_one_error(case: str) -> None:
    for each in (WRONG[case], json.dumps(WRONG[case])):
        with pytest.raises(ParseError):
            parsed(each, SIPDispatchRuleInfo())


@pytest.mark.parametrize("case", WRONG)
@pytest.mark.parametrize("reader", READERS)
def test_whoever_reads_it_says_so(reader: str, case: str) -> None:
    with pytest.raises((ValueError, Invalid)):
        READERS[reader](WRONG[case])


@pytest.mark.parametrize(
    "text", ['{"\\ud800": 1}', '{"\\ud800": 1, "\\ud800": 2}', '{"a": "\\ud800"}']
)
def test_a_name_that_cannot_be_shown_is_not_said_back(text: str) -> None:
    for read in (rule_json.read, texts_by_name):
        with pytest.raises(ValueError) as refusal:  # noqa: PT011  (what it says is looked at below)
            read(text)
        assert is_utf8(str(refusal.value))


def test_a_webhook_with_half_a_character_is_none() -> None:
    with pytest.raises(webhooks_events.NoEventError):
        webhooks_events.read(json.dumps({"event": "x", "room": {"name": HALF}}))


def test_what_is_right_is_read() -> None:
    assert parsed({"name": "a"}, SIPDispatchRuleInfo()).name == "a"
    assert parsed('{"room": {"roomName": "a"}}', RoomEgress()).room.room_name == "a"
    assert parsed('{"name": "a", "new": 1}', SIPDispatchRuleInfo(), unknown=True).name == "a"


# Each with the message that names its first wrong part.
PARTS: list[tuple[Any, str]] = [
    ({"trunk_ids": "x"}, 'trunk_ids: expected a list in [ ], not "x".'),
    ({"name": "x", "metadata": {"a": "b"}}, "metadata: expected text in quotes, not an object."),
    ({"trunk_ids": ["a", 1, 2]}, "trunk_ids[1]: expected text in quotes, not a number."),
    ({"trunk_ids": ["a", None]}, "trunk_ids[1]: expected text in quotes, not null."),
    (
        {"name": "x", "rule": {"dispatchRuleDirect": {"pin": 1}}},
        "rule.dispatchRuleDirect.pin: expected text in quotes, not a number.",
    ),
    (
        {"room_config": {"agents": [{}, {"agent_name": 2}]}},
        "room_config.agents[1].agent_name: expected text in quotes, not a number.",
    ),
    ({"attributes": {"a": "1", "b": 1}}, "attributes.b: expected text in quotes, not a number."),
    (
        {"rule": {"dispatch_rule_direct": {}, "dispatch_rule_individual": {}}},
        "rule.dispatch_rule_individual: cannot be set together with dispatch_rule_direct.",
    ),
    ({"name": "a", "numbers": {}}, "numbers: expected a list in [ ], not an object."),
    ({"hide_phone_number": "yes"}, 'hide_phone_number: expected true or false, not "yes".'),
    (
        {"room_config": {"max_participants": -1}},
        "room_config.max_participants: expected a whole number from 0, not a number.",
    ),
    (
        {"media": {"encryption": "tls"}},
        "media.encryption: expected one of SIP_MEDIA_ENCRYPT_DISABLE, SIP_MEDIA_ENCRYPT_ALLOW, "
        'SIP_MEDIA_ENCRYPT_REQUIRE, not "tls".',
    ),
    (
        {"media": {"media_timeout": 30}},
        'media.media_timeout: expected a duration in seconds, such as "30s", not a number.',
    ),
    (
        {"media": {"codec": []}},
        "media.codec: there is no such field. "
        "Fields: only_listed_codecs, codecs, encryption, media_timeout.",
    ),
    ([], "expected an object in { }, not a list."),
]


@pytest.mark.parametrize(("each", "message"), PARTS, ids=lambda each: str(each)[:30])
def test_the_first_wrong_part_is_named_with_what_it_should_be(each: Any, message: str) -> None:
    assert str(mismatch(each, SIPDispatchRuleInfo)) == message
    with pytest.raises(WrongPartError, match=re.escape(message)):
        built(each, SIPDispatchRuleInfo())


RIGHT: list[dict[str, Any]] = [
    {"name": None, "trunk_ids": None, "media": None, "attributes": None},
    {"media": {"encryption": 7, "media_timeout": "1.5s"}},
    {"room_config": {"max_participants": "7", "empty_timeout": 3.0, "sync_streams": True}},
    {"createdAt": "2026-01-31T12:00:00Z", "sipDispatchRuleId": "a"},
]


@pytest.mark.parametrize("each", RIGHT, ids=lambda each: str(each)[:30])
def test_whatever_protobuf_reads_has_no_wrong_part(each: Any) -> None:
    assert mismatch(each, SIPDispatchRuleInfo) is None
    built(each, SIPDispatchRuleInfo())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(
        st.sampled_from(
            ["name", "trunkIds", "trunk_ids", "rule", "media", "attributes", "created_at", "codecs"]
        )
        | st.text(max_size=3),
        inner,
        max_size=3,
    ),
    max_leaves=8,
)


@given(JSON)
@settings(max_examples=300)
def test_nothing_that_protobuf_refuses_passes(each: Any) -> None:
    try:
        expected = parsed(each, SIPDispatchRuleInfo())
    except (ParseError, AttributeError):
        expected = None
    try:
        assert built(each, SIPDispatchRuleInfo()) == expected
    except WrongPartError:
        if mismatch(each, SIPDispatchRuleInfo) is None:
            assert expected is None
