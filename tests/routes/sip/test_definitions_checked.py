"""An import asks about what the forms ask about, before anything is written."""

import json
from typing import Any

from tests.routes.asked import Ask, phone_number
from tests.routes.filled import filled
from tests.routes.sip.test_definitions import PAGE, file, imported
from tests.routes.sip.trunks import all_rules, all_trunks, own_name
from tests.support.visitor import Visitor

part = own_name("checked")


def test_what_a_form_refuses_is_not_imported_and_grave_warnings_are_shown(
    admin: Visitor, livekit: Ask, part: str
) -> None:
    number = phone_number()
    rule = {"dispatch_rule_direct": {"room_name": part}}
    text = file(
        inbound_trunks=[
            {
                "name": f"{part}-open",
                "numbers": [phone_number()],
                "allowed_addresses": ["sip:203.0.113.5;transport=udp"],
            }
        ],
        dispatch_rules=[
            {"name": f"{part}-hides", "rule": rule, "numbers": [number], "hide_phone_number": True},
            {"name": f"{part}-gone", "rule": rule, "trunk_ids": ["ST_gone"]},
        ],
    )
    asked = imported(admin, text)
    assert "1 added, 2 invalid" in asked.text
    assert "1 dispatch rule has a critical warning" in asked.text
    assert "The rule hides the caller's number" in asked.text
    assert "There is no inbound trunk ST_gone" in asked.text
    assert "Import anyway" in asked.text
    done = admin.send(PAGE, filled(asked))
    assert "1 of 1 definition imported" in done.text
    assert not all_trunks(livekit, part)
    assert [info.name for info in all_rules(livekit, part)] == [f"{part}-hides"]


def test_an_import_without_critical_warnings_has_a_plain_button(
    admin: Visitor, livekit: Ask, part: str
) -> None:
    trunk: dict[str, Any] = {"trunk": {"name": part, "numbers": [phone_number()]}}
    asked = imported(admin, json.dumps(trunk))
    assert "1 added" in asked.text
    assert "critical" not in asked.text
    assert "anyway" not in asked.text
    assert admin.send(PAGE, filled(asked)).status == 200
    assert all_trunks(livekit, part)


def test_a_file_that_is_not_utf8_leaves_the_text_field_empty(admin: Visitor) -> None:
    (form,) = admin.get(PAGE).all("form", action=PAGE)
    files = {"definitions": ("lk.json", '{"items": []}'.encode("utf-16"))}
    headers = {"Origin": admin.origin}
    page = admin.http.post(PAGE, data={"csrf": admin.token()}, files=files, headers=headers)
    assert (page.status_code, form["action"]) == (422, PAGE)
    assert "UTF-8" in page.text
    assert "\ufffd" not in page.text
