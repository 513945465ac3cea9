"""The list of calls shows trunks and dispatch rules by name."""

import json
from urllib.parse import urlencode

from app.text.paths import sip_path
from tests.routes.asked import Ask
from tests.routes.conftest import Join
from tests.routes.sip.test_calls_list import INBOUND, address, listed
from tests.support.visitor import Visitor


def test_trunks_and_rules_are_shown_and_found_by_name(
    admin: Visitor, room: str, join: Join, make_trunk: Ask, make_dispatch_rule: Ask
) -> None:
    trunk = make_trunk(name=f"Main line <b> {room}")
    rule = make_dispatch_rule(name=f"Desk & co {room}", trunk_ids=[trunk.sip_trunk_id])
    ids = {"sip.trunkID": trunk.sip_trunk_id, "sip.ruleID": rule.sip_dispatch_rule_id}
    caller = join(room, "caller", kind="sip", attributes=INBOUND | ids)
    for q in (trunk.name, rule.name):
        page = admin.get(address(q=q))
        assert listed(page) == [caller.sid]
        assert trunk.name in page.text
        assert rule.name in page.text
        (link,) = page.all("a", href=sip_path("trunks", trunk.sip_trunk_id))
        assert link["title"] == trunk.sip_trunk_id
        assert page.all("a", href=sip_path("rules", rule.sip_dispatch_rule_id))
    text = admin.get(f"/sip/calls/-/export.json?{urlencode({'q': room})}").response.content
    (row,) = json.loads(text)
    assert (row["trunk_name"], row["rule_name"]) == (trunk.name, rule.name)


def test_what_was_deleted_is_shown_by_its_id(admin: Visitor, room: str, join: Join) -> None:
    join(room, "caller", kind="sip", attributes=INBOUND)
    page = admin.get(address(q=room))
    assert "ST_in" in page.text
    assert "SDR_in" in page.text
