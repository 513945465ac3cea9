"""The route tester: where a call would go, why, and why the others do not take it."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from livekit import api

from app.text.formatters import visible
from app.text.paths import sip_path
from dev.calls import Incoming
from dev.workers import Standin
from tests.routes.asked import ODD, Ask, phone_number
from tests.routes.conftest import Counted
from tests.routes.filled import filled
from tests.routes.sip.routed import CALLER, PAGE, PIN, asked, facts, pinned, said_of
from tests.routes.sip.trunks import all_rules, make_rule
from tests.support.visitor import Visitor

Make = Callable[..., Any]
Rule = Callable[..., Any]


@pytest.fixture
def rule(livekit: Ask) -> Iterator[Rule]:
    """Create a dispatch rule for one trunk, named after it; deleted after the test."""
    made: list[Any] = []

    def make(trunk: Any, ending: str = "", **fields: Any) -> Any:
        own = {"inbound_numbers": []} | fields
        made.append(make_rule(livekit, trunk.name + ending, [trunk.sip_trunk_id], **own))
        return made[-1]

    yield make
    for info in made:
        gone = api.DeleteSIPDispatchRuleRequest(sip_dispatch_rule_id=info.sip_dispatch_rule_id)
        livekit("sip.delete_dispatch_rule", gone)


def test_the_form_is_there_and_nothing_is_asked_yet(admin: Visitor) -> None:
    for path in (PAGE, f"{PAGE}?called=%2B1555", f"{PAGE}?caller=x"):
        page = admin.get(path)
        assert page.status == 200
        assert page.calls in ([], ["ListRooms"])
        assert page.all("form", method="get", action=PAGE)
        assert not page.all("form", method="post", action=PAGE)
    assert admin.get(f"{PAGE}?called=%2B1555").all("input", name="called", value="+1555")
    assert page.all("a", href=PAGE)


def test_winners_and_the_reason_of_each_loser(admin: Visitor, make_trunk: Make, rule: Rule) -> None:
    one, other = make_trunk(), make_trunk()
    rule(one, "-main")
    rule(one, "-late", numbers=one.numbers, inbound_numbers=["+1"])
    rule(other, "-other")
    page = asked(admin, one.numbers[0])
    assert page.status == 200
    assert f"The caller joins the room {one.name}-main" in page.text
    assert facts(page) == facts(page) | {
        "Trunk": f"{one.name} {one.sip_trunk_id}",
        "Authentication": "None",
        "Room": f"{one.name}-main",
        "Identity": f"sip_{CALLER}",
        "Participant name": f"Phone {CALLER}",
        "Agents": "None dispatched by this rule",
    }
    assert page.all("a", href=sip_path("trunks", one.sip_trunk_id))
    assert said_of(page, one.name) == "MatchIt lists the called number."
    assert said_of(page, other.name) == f"It only accepts calls to {other.numbers[0]}."
    assert said_of(page, f"{one.name}-main").startswith("MatchThe highest-priority rule")
    assert said_of(page, f"{one.name}-late") == "It only matches calls from +1."
    wrong = f"It only matches calls on {other.name}, and this call is on {one.name}."
    assert said_of(page, f"{other.name}-other") == wrong


def test_it_says_what_the_real_server_does(
    admin: Visitor, standin: Standin, make_trunk: Make, rule: Rule
) -> None:
    trunk = make_trunk(auth_username="u", auth_password="secret-of-the-trunk")
    individual = api.SIPDispatchRuleIndividual(room_prefix="p & q", no_randomness=True)
    rule(trunk, rule=api.SIPDispatchRule(dispatch_rule_individual=individual))
    page = asked(admin, trunk.numbers[0])
    (answer,) = standin.routes([Incoming(CALLER, trunk.numbers[0])])
    assert answer.evaluated is not None
    assert answer.evaluated.trunk_id == trunk.sip_trunk_id
    assert f"The caller joins the room {answer.evaluated.room}" in page.text
    assert facts(page)["Identity"] == answer.evaluated.identity
    assert facts(page)["Participant name"] == answer.evaluated.name
    assert facts(page)["Authentication"] == "Required first"
    assert "secret-of-the-trunk" not in page.html


def test_a_pin_is_asked_for_and_stands_in_no_address(
    admin: Visitor, make_trunk: Make, rule: Rule
) -> None:
    trunk = make_trunk()
    rule(trunk, "-hall", rule=pinned("the hall", PIN))
    rule(trunk, "-open")
    first = asked(admin, trunk.numbers[0], pin=PIN)
    assert "The caller is asked for a PIN." in first.text
    assert PIN not in first.html
    form = filled(first)
    assert form["called"] == trunk.numbers[0]
    right = admin.send(PAGE, form | {"pin": PIN})
    assert right.status == 200
    assert "The caller joins the room the hall" in right.text
    assert right.html.count(PIN) == 1
    assert right.all("input", name="pin", type="password", value=PIN)
    assert "location" not in right.headers
    again = admin.send(PAGE, filled(right))  # a second click
    assert "The caller joins the room the hall" in again.text
    wrong = admin.send(PAGE, form | {"pin": "1"})
    assert "The caller is rejected: wrong PIN." in wrong.text
    assert said_of(wrong, f"{trunk.name}-hall") == "It has another PIN."
    none = admin.send(PAGE, form | {"no_pin": "on"})
    assert f"The caller joins the room {trunk.name}-open" in none.text
    missing = admin.send(PAGE, form)
    assert missing.status == 422
    assert missing.all("input", name="pin", **{"aria-invalid": "true"})
    assert missing.all("input", type="hidden", name="called", value=trunk.numbers[0])


def test_a_pin_that_is_not_asked_for_changes_nothing(
    admin: Visitor, make_trunk: Make, rule: Rule
) -> None:
    trunk = make_trunk()
    rule(trunk)
    page = admin.post(PAGE, caller=CALLER, called=trunk.numbers[0], pin=PIN)
    assert f"The caller joins the room {trunk.name}" in page.text


def test_numbers_that_are_none_of_e164_are_marked(admin: Visitor) -> None:
    page = asked(admin, "0800 123", caller="")
    assert facts(page)["From"] == "Anonymous"
    assert facts(page)["To"] == "0800 123 not E.164"


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_names_and_numbers(
    admin: Visitor, livekit: Ask, make_trunk: Make, rule: Rule, odd: str
) -> None:
    trunk = make_trunk(name=odd, numbers=[phone_number()])
    rule(trunk, rule=pinned(odd, ""))
    page = asked(admin, trunk.numbers[0], caller=odd, host=odd)
    assert page.status == 200
    assert f"The caller joins the room {visible(odd)}".replace("  ", " ") in page.text
    assert "<script>alert" not in page.html
    assert page.all("input", name="caller", value=odd)
    assert all_rules(livekit, odd)
    for more in ({"called": odd}, {"called": "1", "source": odd}):
        assert admin.get(f"{PAGE}?{urlencode({'caller': odd, **more})}").status == 200


def test_links_lead_here(admin: Visitor, make_trunk: Make, join: Any) -> None:
    trunk = make_trunk()
    page = admin.get(sip_path("trunks", trunk.sip_trunk_id))
    link = f"{PAGE}?{urlencode({'called': trunk.numbers[0]})}"
    assert page.all("a", href=link)
    outbound = make_trunk("outbound")
    page = admin.get(sip_path("trunks", outbound.sip_trunk_id))
    assert not [a for a in page.all("a") if a.get("href", "").startswith(f"{PAGE}?")]


def test_costs_two_calls(counted: Counted) -> None:
    seen, cost = counted.get(f"{PAGE}?caller=1&called=2")
    assert seen.status == 200
    assert cost == 2
