"""The route tester: what LiveKit refuses, wrong fields, roles without access, and outages."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from dev.calls import Incoming
from dev.workers import Standin
from tests.routes.conftest import Start
from tests.routes.filled import filled
from tests.routes.sip.routed import CALLER, PAGE, PIN, asked, said_of
from tests.support.fault import Relay
from tests.support.visitor import Visitor

Make = Callable[..., Any]


def test_refusals_are_in_livekits_own_words(
    admin: Visitor, standin: Standin, make_trunk: Make
) -> None:
    page = asked(admin, "+1555", source="nonsense")
    assert page.status == 200
    assert 'ParseAddr("nonsense"): unable to parse IP' in page.text
    one = make_trunk()
    two = make_trunk(numbers=list(one.numbers), allowed_numbers=[CALLER])
    page = asked(admin, one.numbers[0])
    (answer,) = standin.routes([Incoming(CALLER, one.numbers[0])])
    words = f'Multiple SIP Trunks matched for "{one.numbers[0]}"'
    assert answer.authenticated.refusal
    assert words in answer.authenticated.refusal.error
    assert "LiveKit rejects the call." in page.text
    assert words in page.text
    assert said_of(page, one.name).startswith("ConflictIt accepts the call, and so does")
    assert said_of(page, two.name).startswith("Conflict")
    assert "LiveKit does not check them." in page.text
    assert asked(admin, one.numbers[0], caller="+1").status == 200


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"caller": "+1", "called": ""}, "called"),
        ({"caller": "+1", "called": "  "}, "called"),
        ({"caller": "x" * 1001, "called": "1"}, "caller"),
        ({"caller": "", "called": "1", "source": "9" * 1001}, "source"),
    ],
)
def test_wrong_fields_are_marked_and_kept(
    admin: Visitor, query: dict[str, str], field: str
) -> None:
    for page in (admin.get(f"{PAGE}?{urlencode(query)}"), admin.post(PAGE, **query, pin="1")):
        assert page.status == 422
        (wrong,) = page.all("input", id=f"f-{field}")
        assert (wrong["aria-invalid"], wrong["value"]) == ("true", query[field])


def test_who_may_look_may_test_and_nobody_else(
    admin: Visitor, nobody: Visitor, reader: Visitor
) -> None:
    fields = {"caller": "1", "called": "2", "pin": PIN}
    assert asked(reader, "1").status == 200
    assert reader.post(PAGE, **fields).status == 200
    assert asked(nobody, "1").status == 401
    assert nobody.send(PAGE, fields | {"csrf": admin.token()}).status == 401
    for method in ("PUT", "PATCH", "DELETE"):
        assert admin.http.request(method, PAGE).status_code == 405
    foreign = admin.send(PAGE, fields | {"csrf": admin.token()}, Origin="https://evil.example")
    assert foreign.status == 403
    for wrong in ("", "wrong", reader.token()):
        refused = admin.send(PAGE, fields | {"csrf": wrong})
        assert refused.status == 403
        assert "This form has expired" in refused.text
        assert refused.html.count(PIN) == 1


def test_an_outage_keeps_what_was_typed(relay: Relay, start_dashboard: Start) -> None:
    visitor = start_dashboard(livekit_url=relay.url).visitor()
    fields = {"caller": "+1777", "called": "+1888", "csrf": visitor.token(), "pin": PIN}
    relay.mode = "reset"
    page = asked(visitor, "+1888", caller="+1777")
    sent = visitor.send(PAGE, fields)
    for seen in (page, sent):
        assert seen.status == 503
        assert "LiveKit is unreachable" in seen.text
        assert seen.all("input", name="caller", value="+1777")
        assert "No inbound trunks yet" not in seen.text
        assert "No dispatch rules yet" not in seen.text
    assert sent.html.count(PIN) == 1
    assert sent.all("input", name="pin", type="password", value=PIN)
    relay.mode = "pass"
    assert visitor.send(PAGE, filled(sent)).status == 200


def test_without_redis_it_says_so(bare: Visitor) -> None:
    page = asked(bare, "+1555")
    assert page.status == 200
    assert "Telephony is not set up" in page.text
