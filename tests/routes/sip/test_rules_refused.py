"""A rule that the form or LiveKit refuses: each wrong field is marked, nothing typed is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from livekit import api

from tests.routes.asked import Ask, phone_number
from tests.routes.filled import filled, marked, reason
from tests.routes.sip.rules import NEW, direct, edited, form, kept, path_of
from tests.routes.sip.trunks import all_rules, own_name
from tests.support.visitor import Visitor

Make = Callable[..., Any]


name = own_name("refused")


WRONG = [
    ({"kind": "fax"}, "kind"),
    ({"kind": "unknown"}, "kind"),
    ({"kind": "direct", "room": ""}, "room"),
    ({"trunks": "ST_none"}, "trunks"),
    ({"attributes": "{"}, "attributes"),
    ({"attributes": '{"a": 1}'}, "attributes"),
    ({"tags": "[]"}, "tags"),
    ({"empty_timeout": "soon"}, "empty_timeout"),
    ({"departure_timeout": "-1"}, "departure_timeout"),
    ({"max_participants": "1.5"}, "max_participants"),
    ({"min_playout_delay": "4294967296"}, "min_playout_delay"),
    ({"max_playout_delay": "²"}, "max_playout_delay"),
    ({"agents": '[{"name": "ann"}]'}, "agents"),
    ({"agents": "["}, "agents"),
    ({"agents": "[1]"}, "agents"),
    ({"egress": "[]"}, "egress"),
    ({"egress": '{"fax": 1}'}, "egress"),
    ({"egress": '{"room": {"file_outputs": [{"s3": {"secret": "••••••"}}]}}'}, "egress"),
    ({"encryption": "maybe"}, "encryption"),
    ({"encryption": "unknown"}, "encryption"),
    ({"codecs": "PCMU/fast"}, "codecs"),
    ({"media_timeout": "601"}, "media_timeout"),
    ({"pin": "12••••••"}, "pin"),
]


@pytest.mark.parametrize(("typed", "field"), WRONG, ids=str)
def test_bad_input_is_422_with_the_field_marked_and_all_kept(
    admin: Visitor, livekit: Ask, name: str, typed: dict[str, str], field: str
) -> None:
    sent = form(admin, **{"name": name, "called": phone_number(), "pin": "1234"} | typed)
    page = admin.send(NEW, sent)
    assert (page.status, marked(page)[:1]) == (422, [field]), page.text
    assert all_rules(livekit, name) == []
    again = filled(page)
    for other in sent.keys() - {"csrf", "kind", "encryption"}:
        assert again.get(other, "") == sent[other], other


def test_all_that_is_wrong_is_said_at_once(admin: Visitor) -> None:
    page = admin.send(NEW, form(admin, tags="x", kind="direct", codecs="a b", called="c"))
    assert set(marked(page)) == {"tags", "room", "codecs"}
    for group in ("config", "sound"):
        (details,) = page.all("details", id=group)
        assert "open" in details


@pytest.mark.parametrize(
    ("apart", "field"), [("numbers", "called"), ("inbound_numbers", "callers"), ("", "trunks")]
)
def test_a_rule_for_the_same_calls_is_refused_with_the_other_s_name(
    admin: Visitor,
    livekit: Ask,
    make_trunk: Make,
    make_dispatch_rule: Make,
    name: str,
    apart: str,
    field: str,
) -> None:
    trunk, own = make_trunk().sip_trunk_id, phone_number()
    fields: dict[str, Any] = {"numbers": []} | ({apart: [own]} if apart else {})
    other = make_dispatch_rule(name=f"{name} <b>other</b>", trunk_ids=[trunk], **fields)
    spaced = f"{own[:2]} ({own[2:5]}) {own[5:]}"
    typed = {"trunks": trunk} | ({field: spaced} if apart else {})
    page = admin.send(NEW, form(admin, name=f"{name} mine", metadata="kept", **typed))
    assert (page.status, marked(page)[:1]) == (422, [field])
    assert reason(page, field).startswith(f"{name} mine and {name} <b>other</b> both match")
    assert page.all("a", href=path_of(other))
    again = filled(page)
    assert (again["metadata"], again["trunks"]) == ("kept", trunk)
    assert len(all_rules(livekit, name)) == 1
    assert admin.send(NEW, form(admin, name=f"{name} mine", pin="12", **typed)).status == 303


def test_an_edit_that_makes_two_the_same_is_refused(
    admin: Visitor, livekit: Ask, make_dispatch_rule: Make
) -> None:
    one, other = make_dispatch_rule(), make_dispatch_rule()
    page = edited(admin, other, called=one.numbers[0])
    assert (page.status, marked(page)) == (422, ["called"])
    assert one.name in reason(page, "called")
    assert kept(livekit, other.sip_dispatch_rule_id) == other


def test_a_number_twice_in_one_rule_is_refused(admin: Visitor, livekit: Ask, name: str) -> None:
    own = phone_number()
    page = admin.send(NEW, form(admin, name=name, called=f"{own}\n{own[1:]}"))
    assert (page.status, marked(page)) == (422, ["called"])
    assert "twice" in reason(page, "called")
    assert all_rules(livekit, name) == []


def test_a_rule_made_by_somebody_else_after_the_question_is_in_the_way(
    admin: Visitor, livekit: Ask, make_dispatch_rule: Make
) -> None:
    info, own = make_dispatch_rule(), phone_number()
    asked = edited(admin, info, called=own)
    other = make_dispatch_rule(numbers=[own], rule=direct("theirs"))
    late = admin.send(path_of(info, "edit"), filled(asked))
    assert (late.status, marked(late)) == (422, ["called"])
    assert other.name in reason(late, "called")
    request = api.DeleteSIPDispatchRuleRequest(sip_dispatch_rule_id=other.sip_dispatch_rule_id)
    livekit("sip.delete_dispatch_rule", request)
    assert admin.send(path_of(info, "edit"), filled(asked)).status == 303
