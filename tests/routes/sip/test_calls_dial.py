"""Dialling out: /sip/calls/-/new; what the worker was asked, and each way it can go wrong."""

from typing import Any

import pytest
from livekit import api

from app.text.paths import call_path
from dev.workers import Standin
from tests.routes.asked import DIAL, Ask, people
from tests.support.visitor import Visitor
from tests.support.waiting import until


def asked(standin: Standin, called: str) -> dict[str, Any]:
    """Return what the worker was asked for, for the call to that number."""
    found = [call for call in standin.calls() if call.request.get("call_to") == called]
    assert len(found) == 1, [call.request.get("call_to") for call in standin.calls()]
    return found[0].request


def test_waits_until_it_is_answered(
    admin: Visitor, livekit: Ask, call_form: dict[str, Any], room: str, standin: Standin
) -> None:
    answer = admin.send(DIAL, call_form)
    page = admin.follow(answer)
    assert page.status == 200
    assert f"{call_form['to']} answered." in page.text
    # the worker tells LiveKit of the answer and says so in its attributes one after the other
    until(lambda: "active" in admin.get(answer.location).text)
    (who,) = people(livekit, room).values()
    assert who.kind == api.ParticipantInfo.Kind.SIP
    assert page.all("a", href=f"{call_path(room, who.identity)}/end")
    request = asked(standin, call_form["to"])
    assert (request["room_name"], request["wait_until_answered"]) == (room, True)
    assert request["number"] == "+15550000001"


def test_without_waiting_its_page_shows_how_it_goes(
    admin: Visitor, call_form: dict[str, Any], standin: Standin
) -> None:
    standin.plan_call(call_form["to"], answer_after=1)
    del call_form["wait_until_answered"]
    answer = admin.send(DIAL, call_form)
    page = admin.follow(answer)
    assert f"{call_form['to']} is being called." in page.text
    until(lambda: "ringing" in admin.get(answer.location).text)
    until(lambda: "active" in admin.get(answer.location).text)
    standin.hang_up(standin.calls()[-1].call_id)
    until(lambda: admin.get(answer.location).status == 404)


def test_every_field_reaches_the_worker(
    admin: Visitor, call_form: dict[str, Any], standin: Standin
) -> None:
    given = {
        "number": "+15550000009",
        "identity": "desk phone",
        "name": "Desk",
        "metadata": '{"a": 1}',
        "attributes": '{"team": "core"}',
        "dtmf": "ww12#",
        "play_dialtone": "on",
        "display_name": "Example Ltd",
        "ringing_timeout": "21",
        "max_call_duration": "600",
        "headers": "X-Campaign: spring: 2\r\nX-Other:1",
        "include_headers": "SIP_ALL_HEADERS",
        "encryption": "SIP_MEDIA_ENCRYPT_REQUIRE",
        "codecs": "PCMU/8000\r\nG722",
        "only_listed_codecs": "on",
        "media_timeout": "1.5",
        "request_uri": "<sip:100@other.example.com;transport=tcp>",
        "from_header": "sip:desk@example.com",
        "from_name": "Ünï <b>",
        "city": "<b>Köln",
        "country": "de",
        "region": "NW",
        "krisp_enabled": "on",
    }
    assert admin.send(DIAL, call_form | given).status == 303
    request = asked(standin, call_form["to"])
    assert request["number"] == "+15550000009"
    assert request["participant_identity"] == "desk phone"
    assert request["participant_name"] == "Desk"
    assert request["participant_metadata"] == '{"a": 1}'
    assert request["participant_attributes"]["team"] == "core"
    assert request["dtmf"] == "ww12#"
    assert request["play_dialtone"] is True
    assert request["display_name"] == "Example Ltd"
    assert request["ringing_timeout"] == "21s"
    assert request["max_call_duration"] == "600s"
    assert request["headers"] == {"X-Campaign": "spring: 2", "X-Other": "1"}
    assert request["include_headers"] == "SIP_ALL_HEADERS"
    assert request["media"] == {
        "encryption": "SIP_MEDIA_ENCRYPT_REQUIRE",
        "codecs": [{"name": "PCMU", "rate": 8000}, {"name": "G722"}],
        "only_listed_codecs": True,
        "media_timeout": "1.500s",
    }
    assert request["sip_request_uri"] == {"raw": "<sip:100@other.example.com;transport=tcp>"}
    assert request["sip_from_header"] == {
        "raw": "sip:desk@example.com",
        "display_name": "Ünï <b>",
    }
    assert request["destination"] == {"city": "<b>Köln", "country": "DE", "region": "NW"}
    assert request["enabled_features"] == ["KRISP_ENABLED"]


def test_what_is_not_filled_in_is_not_sent(
    admin: Visitor, call_form: dict[str, Any], standin: Standin
) -> None:
    assert admin.send(DIAL, call_form).status == 303
    request = asked(standin, call_form["to"])
    for name in ("sip_request_uri", "sip_to_header", "sip_from_header", "destination"):
        assert not request.get(name), name
    assert "display_name" not in request


def test_no_name_is_another_thing_than_the_number_as_name(
    admin: Visitor, call_form: dict[str, Any], standin: Standin
) -> None:
    assert admin.send(DIAL, call_form | {"no_display_name": "on"}).status == 303
    assert asked(standin, call_form["to"])["display_name"] == ""


def test_a_trunk_for_this_call_only_and_its_password_is_nowhere_again(
    admin: Visitor, call_form: dict[str, Any], standin: Standin
) -> None:
    own = {
        "trunk": "own",
        "hostname": "other.example.com",
        "number": "+15550000008",
        "transport": "SIP_TRANSPORT_TLS",
        "auth_username": "us",
        "auth_password": "hush-hush",
        "from_host": "from.example.com",
        "destination_country": "DE",
        "headers_to_attributes": "X-From=caller=id",
        "attributes_to_headers": "call=result=X-Result",
    }
    page = admin.follow(admin.send(DIAL, call_form | own))
    assert "hush-hush" not in page.html
    request = asked(standin, call_form["to"])
    assert request["address"] == "other.example.com"
    assert (request["username"], request["password"]) == ("us", "hush-hush")
    assert request["transport"] == "SIP_TRANSPORT_TLS"
    assert request["hostname"] == "from.example.com"
    assert request["destination_country"] == "DE"
    assert request["headers_to_attributes"] == {"X-From": "caller=id"}
    assert request["attributes_to_headers"] == {"call=result": "X-Result"}
    assert "hush-hush" not in admin.get("/sip/calls").html


WRONG: dict[str, tuple[dict[str, str], str, str]] = {
    "nobody": ({"to": ""}, "to", "This field is required."),
    "a whole address": ({"to": "sip:a@b"}, "to", "the trunk has the host"),
    "no trunk": ({"trunk": ""}, "trunk", "Choose a trunk."),
    "no room": ({"room": ""}, "room", "This field is required."),
    "a long room": ({"room": "é" * 129}, "room", "256 bytes"),
    "own trunk of nowhere": (
        {"trunk": "own", "number": "+1"},
        "hostname",
        "This field is required.",
    ),
    "own trunk, no number": ({"trunk": "own", "hostname": "h"}, "number", "Enter a caller ID"),
    "own trunk as sip:": (
        {"trunk": "own", "hostname": "sip:h", "number": "+1"},
        "hostname",
        "without sip:",
    ),
    "attributes": ({"attributes": '{"a": 1}'}, "attributes", "must be text in quotes"),
    "dtmf": ({"dtmf": "12x"}, "dtmf", "Use digits"),
    "headers": ({"headers": "no colon"}, "headers", "Name: value"),
    "a header of LiveKit's": ({"headers": "Contact: a"}, "headers", "sets this header itself"),
    "codec": ({"codecs": "PC MU"}, "codecs", "enter a name"),
    "no codec": ({"only_listed_codecs": "on"}, "codecs", "at least one codec"),
    "sound": ({"media_timeout": "601"}, "media_timeout", "0 to 600 seconds"),
    "request": ({"request_uri": "a@b"}, "request_uri", "complete address"),
    "from": ({"from_header": "<sip:a@b"}, "from_header", "complete address"),
    "a line more": (
        {"from_header": "sip:a@b", "from_name": "a\rVia: b"},
        "from_name",
        "sent in quotes",
    ),
    "a user without a host": ({"from_header": "desk"}, "from_header", "complete address"),
    "a name alone": ({"from_name": "Desk"}, "from_name", "the From address as well"),
    "from name": ({"from_name": 'a" <sip:b>'}, "from_name", "sent in quotes"),
    "to user": ({"to_user": "a@b"}, "to_user", "the user only"),
    "city": ({"city": "Köln"}, "city", "country or region"),
    "country": ({"country": "Germany"}, "country", "two-letter"),
    "no country, says LiveKit": ({"country": "XX"}, "country", "LiveKit: country must be"),
    "name, says LiveKit": ({"display_name": 'a" b'}, "display_name", "LiveKit: DisplayName"),
    "long name": ({"display_name": "é" * 65}, "display_name", "128 bytes"),
    "two names": ({"display_name": "a", "no_display_name": "on"}, "no_display_name", "not both"),
    "own trunk, map": (
        {"trunk": "own", "hostname": "h", "number": "+1", "headers_to_attributes": "X"},
        "headers_to_attributes",
        "Header=attribute",
    ),
    "own trunk, no host name": (
        {"trunk": "own", "hostname": "a=b", "number": "+1"},
        "hostname",
        "isn't a valid host name",
    ),
    "rings for ever": ({"ringing_timeout": "51"}, "ringing_timeout", "Max 50 s"),
    "rings not": ({"ringing_timeout": "0"}, "ringing_timeout", "1 or more"),
}


@pytest.mark.parametrize(("changes", "field", "reason"), WRONG.values(), ids=WRONG)
def test_each_wrong_field_is_marked_and_all_is_kept(
    admin: Visitor,
    call_form: dict[str, Any],
    standin: Standin,
    changes: dict[str, str],
    field: str,
    reason: str,
) -> None:
    page = admin.send(DIAL, call_form | {"name": "typed in vain"} | changes)
    assert page.status == 422, page.text
    assert reason in page.text
    marked = [tag for _, tag in page.tags if tag.get("name") == field]
    assert any(tag.get("aria-invalid") == "true" for tag in marked)
    assert page.all("input", name="name", value="typed in vain")
    assert not [call for call in standin.calls() if call.request.get("call_to") == call_form["to"]]
