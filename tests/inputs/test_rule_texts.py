"""Texts of a rule's form that look like something else are taken as what they are."""

from typing import Any

import pytest

from app.inputs.sip.rule_fields import fields_of, rule_of
from app.inputs.sip.trunks import CreateTrunk


@pytest.mark.parametrize("name", ["[", "[a", "{", "[]", '["a"]', "[1]"])
def test_an_agent_can_have_a_name_that_begins_like_json(name: str) -> None:
    rule: dict[str, Any] = {"name": "r", "room_config": {"agents": [{"agent_name": name}]}}
    fields = fields_of(rule, had_pin=False)
    assert rule_of(fields, {"name": "r"}, had_pin=False)["room_config"] == rule["room_config"]


@pytest.mark.parametrize("metadata", ["[VIP] caller", "{{user.name}}", "[draft] review", "{"])
def test_metadata_can_begin_like_json(metadata: str) -> None:
    fields = fields_of({}, had_pin=False) | {"metadata": metadata, "config_metadata": metadata}
    rule = rule_of(fields, {}, had_pin=False)
    assert (rule["metadata"], rule["room_config"]["metadata"]) == (metadata, metadata)
    trunk = CreateTrunk(numbers="+15550100", metadata=metadata)
    assert not dict(trunk.problems())
    assert trunk.changes["metadata"] == metadata
