"""What the forms accept, apart from HTTP."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from app.inputs.rooms.participants import EditParticipant, MuteTrack, Permit, Subscribe
from app.inputs.rooms.rooms import CreateRoom, SendData, agent_lines
from app.inputs.tokens import MakeToken
from app.services.rooms.moderation import Changes

ATTRIBUTES = st.dictionaries(st.text("abc", min_size=1, max_size=2), st.text("xyz", max_size=2))


def as_livekit(attributes: dict[str, str], sent: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes after LiveKit took what was sent: merged, empty ones deleted."""
    return {key: value for key, value in {**attributes, **sent}.items() if value}


def shown_as(**fields: str) -> str:
    """Return what the form showed, as its hidden field carries it."""
    return json.dumps(fields)


@given(ATTRIBUTES, ATTRIBUTES)
def test_attributes_become_what_was_typed(before: dict[str, str], after: dict[str, str]) -> None:
    before = {key: value for key, value in before.items() if value}
    form = EditParticipant(
        attributes=json.dumps(after), shown=shown_as(attributes=json.dumps(before))
    )
    typed = {key: value for key, value in after.items() if value}
    assert as_livekit(before, form.changes.attributes) == typed


@given(ATTRIBUTES, ATTRIBUTES, ATTRIBUTES)
def test_what_was_not_touched_is_left_to_others(
    before: dict[str, str], after: dict[str, str], others: dict[str, str]
) -> None:
    form = EditParticipant(
        attributes=json.dumps(after), shown=shown_as(attributes=json.dumps(before))
    )
    touched = {key for key in before | after if before.get(key) != after.get(key)}
    assert set(form.changes.attributes) == touched
    now = as_livekit(before, others)
    then = as_livekit(now, form.changes.attributes)
    assert all(then.get(key) == now.get(key) for key in now if key not in touched)


@given(st.text(), st.text())
def test_name_is_sent_only_if_it_was_touched(shown: str, typed: str) -> None:
    form = EditParticipant(name=typed, shown=shown_as(name=shown))
    assert form.changes == Changes(name="" if typed == shown else typed)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"name": 1}', '{"attributes": "[]"}', '{"attributes": true}']
)
def test_what_no_form_showed_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="shown"):
        EditParticipant(name="typed", shown=text)


@given(st.text() | ATTRIBUTES.map(json.dumps))
def test_any_text_as_attributes_is_taken_or_explained(text: str) -> None:
    wrong: list[Any] = []
    try:
        assert EditParticipant(attributes=text).changes.attributes == (
            json.loads(text) if text.strip() else {}
        )
    except ValidationError as error:
        wrong = [e["loc"] for e in error.errors()]
    assert wrong in ([], [("attributes",)])


def test_agents_are_a_line_each() -> None:
    text = '  first {"a": "b c"}  \n\nsecond\r\n third  plain text \n'
    assert agent_lines(text) == (
        ("first", '{"a": "b c"}'),
        ("second", ""),
        ("third", "plain text"),
    )


@pytest.mark.parametrize(
    ("model", "values", "wrong"),
    [
        (CreateRoom, {"name": ""}, "name"),
        (CreateRoom, {"name": "a", "empty_timeout": "-1"}, "empty_timeout"),
        (CreateRoom, {"name": "a", "max_participants": str(2**32)}, "max_participants"),
        (CreateRoom, {"name": "a", "egress": "[]"}, "egress"),
        (MuteTrack, {"track": ""}, "track"),
        (Permit, {"can_publish_sources": ["telepathy"]}, "can_publish_sources"),
        (Subscribe, {"track": []}, "track"),
        (Subscribe, {"track": ["a"], "what": "listen"}, "what"),
        (SendData, {"payload": "é" * 32_001}, "payload"),
        (SendData, {"payload": "a", "delivery": "pigeon"}, "delivery"),
        (MakeToken, {"identity": "é" * 129}, "identity"),
        (MakeToken, {"identity": "a", "ttl": "0"}, "ttl"),
        (MakeToken, {"identity": "a", "ttl": "10001"}, "ttl"),
        (MakeToken, {"identity": "a", "ttl_unit": "weeks"}, "ttl_unit"),
    ],
)
def test_what_is_refused_names_the_field(
    model: type[BaseModel], values: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(ValidationError) as raised:
        model.model_validate(values)
    assert {e["loc"][0] for e in raised.value.errors()} == {wrong}


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (CreateRoom, {"name": " ", "empty_timeout": "0", "max_participants": str(2**32 - 1)}),
        (CreateRoom, {"name": "a", "egress": '{"tracks": {"filepath": "x"}}', "agents": "x {"}),
        (SendData, {"payload": "é" * 32_000}),
        (MakeToken, {"identity": "é" * 128, "ttl": "10000", "ttl_unit": "d"}),
    ],
)
def test_the_very_limit_is_taken(model: type[BaseModel], values: dict[str, Any]) -> None:
    taken = model.model_validate(values)
    assert {name: str(getattr(taken, name)) for name in values} == values


@pytest.mark.parametrize(("unit", "seconds"), [("s", 1), ("min", 60), ("h", 3600), ("d", 86_400)])
def test_the_life_of_a_token_has_a_unit(unit: str, seconds: int) -> None:
    form = MakeToken.model_validate({"identity": "a", "ttl": 2, "ttl_unit": unit})
    assert form.lifetime.total_seconds() == 2 * seconds
