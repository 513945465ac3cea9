"""JSON that somebody typed for one of LiveKit's messages: read, or refused as what it is."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.json_format import ParseError
from livekit.api import RoomEgress, SIPDispatchRuleInfo

from app.errors import Invalid
from app.inputs.fields import texts_by_name
from app.services.livekit.from_json import LARGEST, culprit, parsed
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
        for kind, _, rule in definitions_file.read(json.dumps(FILE | {"dispatch_rules": [given]}))
    ],
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_one_error(case: str) -> None:
    for given in (WRONG[case], json.dumps(WRONG[case])):
        with pytest.raises(ParseError):
            parsed(given, SIPDispatchRuleInfo())


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


# Each with where its wrong part stands.
PARTS: list[tuple[Any, tuple[str | int, ...]]] = [
    ({"trunk_ids": "x"}, ("trunk_ids",)),
    ({"name": "x", "metadata": {"name": "y"}}, ("metadata",)),
    ({"trunk_ids": ["a", 1, 2]}, ("trunk_ids", 1)),
    (
        {"name": "x", "rule": {"dispatchRuleDirect": {"pin": 1}}},
        ("rule", "dispatchRuleDirect", "pin"),
    ),
    (
        {"room_config": {"agents": [{}, {"agent_name": 2}]}},
        ("room_config", "agents", 1, "agent_name"),
    ),
    ({"attributes": {"a": "1", "b": 1}}, ("attributes", "b")),
    (
        {"rule": {"dispatch_rule_direct": {}, "dispatch_rule_individual": {}}},
        ("rule", "dispatch_rule_individual"),
    ),
    ({"attributes": {HALF: "x"}}, ("attributes", HALF)),
    ({"name": "x"}, ()),
    ([], ()),
    (DEEP, ()),
    ({"trunk_ids": ["a"] * LARGEST + [1]}, ()),
]


@pytest.mark.parametrize(("each", "path"), PARTS, ids=lambda each: str(each)[:30])
def test_the_smallest_wrong_part_is_found(each: Any, path: tuple[str | int, ...]) -> None:
    assert culprit(each, SIPDispatchRuleInfo) == path
