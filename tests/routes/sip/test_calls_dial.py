"""Dialing out: /sip/calls/-/new, and what the worker receives."""

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


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_rooms_and_names(
    admin: Visitor, outbound_trunk: str, livekit: Ask, make_room: Callable[..., str], odd: str
) -> None:
    make_room(odd)
    fields = {
        "to": phone_number(),
        "trunk": outbound_trunk,
        "room": odd,
        "identity": odd,
        "name": odd,
    }
    page = admin.follow(admin.send(DIAL, filled(admin.get(DIAL)) | fields))
    assert page.status == 200
    assert "<script>alert" not in page.html
    assert people(livekit, odd)[odd].name == odd


def test_refuses_whoever_must_not(
    guarded: Callable[..., None], outbound_trunk: str, room: str
) -> None:
    guarded(DIAL, to="+15550001234", trunk=outbound_trunk, room=room, name="typed in vain")


def test_links_fill_the_form(admin: Visitor, outbound_trunk: str) -> None:
    fields = filled(admin.get(f"{DIAL}?room=R%26D&to=%2B1555&trunk={outbound_trunk}"))
    assert (fields["room"], fields["to"], fields["trunk"]) == ("R&D", "+1555", outbound_trunk)
