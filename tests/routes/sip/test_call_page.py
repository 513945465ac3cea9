"""The page of one call: its trunk and its dispatch rule by name, and the way to its room."""

from typing import Any

import pytest

from app.text.paths import call_path, room_path, sip_path
from tests.routes.asked import Ask
from tests.routes.conftest import Join
from tests.support.visitor import Visitor


@pytest.fixture
def named(make_trunk: Ask, make_dispatch_rule: Ask) -> tuple[Any, Any]:
    """A trunk and a rule with names that are hard on a page."""
    trunk = make_trunk(name='Main "line" <b>')
    rule = make_dispatch_rule(name="Night desk & co", trunk_ids=[trunk.sip_trunk_id])
    return trunk, rule


def test_trunk_and_rule_are_shown_by_name(
    admin: Visitor, room: str, join: Join, named: tuple[Any, Any]
) -> None:
    trunk, rule = named
    attributes = {"sip.trunkID": trunk.sip_trunk_id, "sip.ruleID": rule.sip_dispatch_rule_id}
    join(room, "caller", kind="sip", attributes=attributes)
    page = admin.get(call_path(room, "caller"))
    for path, name in (
        (sip_path("trunks", trunk.sip_trunk_id), trunk.name),
        (sip_path("rules", rule.sip_dispatch_rule_id), rule.name),
    ):
        [link] = page.all("a", href=path)
        assert link["title"] == name
    assert trunk.sip_trunk_id in page.text
    assert page.all("a", href=f"{room_path(room)}/watch")


def test_what_was_deleted_is_shown_by_its_id(admin: Visitor, room: str, join: Join) -> None:
    join(room, "caller", kind="sip", attributes={"sip.trunkID": "ST_gone", "sip.ruleID": "SDR_x"})
    page = admin.get(call_path(room, "caller"))
    [link] = page.all("a", href=sip_path("trunks", "ST_gone"))
    assert link["title"] == "ST_gone"
