"""The `lk` commands about calls, run by real shells; no secret is in them."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.commands.lk import sip as lk_sip
from app.inputs.sip.calls import TransferCall
from app.inputs.sip.dial import Dial
from app.services.livekit.differences import Difference
from app.services.livekit.redaction import HIDDEN
from app.services.sip.calls import dialing, new_call
from app.services.sip.placeholders import described
from tests.inputs.test_sip_fields import CALL
from tests.support.shells import HOSTILE, SHELLS, ran

DIAL: dict[str, Any] = {"to": "+15550100", "trunk": "ST_1", "room": "r"}


def command(**typed: Any) -> str | None:
    """Make the command for what is typed into the form that dials out."""
    form = Dial(**{"wait_until_answered": False} | DIAL | typed)
    assert not dict(form.problems())
    return lk_sip.create_participant(request=described(new_call.request(form.call())))


def request(line: str | None) -> dict[str, Any]:
    """Return what is piped into lk."""
    assert line is not None
    piped = line.partition("printf %s '")[2].partition("' | lk ")[0]
    found: dict[str, Any] = json.loads(piped)
    return found


def test_dialing_out() -> None:
    line = command()
    assert line is not None
    assert line.endswith("| lk sip participant create --timeout 30s /dev/stdin")
    assert request(line) == {"sip_call_to": "+15550100", "room_name": "r", "sip_trunk_id": "ST_1"}
    line = command(
        wait_until_answered=True,
        dtmf="w 1#",
        attributes='{"a": "b"}',
        headers="X-One: 1\nX-Auth-Token: t0ken",
        ringing_timeout=9,
        max_call_duration=60,
        encryption="SIP_MEDIA_ENCRYPT_REQUIRE",
        display_name="Desk",
    )
    assert line is not None
    flags = "--display-name Desk --media-enc SIP_MEDIA_ENCRYPT_REQUIRE --timeout 9s"
    assert f"lk sip participant create {flags} /dev/stdin" in line
    assert request(line) == request(command()) | {
        "wait_until_answered": True,
        "dtmf": "w1#",
        "participant_attributes": {"a": "b"},
        "headers": {"X-One": "1", "X-Auth-Token": "SECRET"},
        "max_call_duration": "60s",
    }


def test_lines_of_the_invite_and_where_it_ends() -> None:
    line = command(
        request_uri="<sip:1@h>",
        from_header="sip:desk@h",
        from_name="Desk",
        country="de",
        no_display_name=True,
    )
    assert "create --no-display-name --timeout" in str(line)
    assert request(line) == request(command()) | {
        "sip_request_uri": {"raw": "<sip:1@h>"},
        "sip_from_header": {"raw": "sip:desk@h", "display_name": "Desk"},
        "destination": {"country": "DE"},
    }


def test_every_field_of_a_call_is_in_the_command_or_there_is_none() -> None:
    """A field that a newer form sends is in the request, and so in the command."""
    skipped = {"codecs", "only_listed_codecs", "media_timeout", "to_user"}
    typed = {name: value for name, value in CALL.items() if name not in skipped}
    form = Dial(**typed)
    fields = described(new_call.request(form.call()))
    line = lk_sip.create_participant(request=fields)
    flags = {"display_name", "media", "ringing_timeout"}
    assert request(line).keys() == fields.keys() - flags


@pytest.mark.parametrize(
    "typed",
    [
        {"codecs": "PCMU/8000"},
        {"codecs": "PCMU", "only_listed_codecs": True},
        {"media_timeout": "1"},
        {"to_user": "desk"},
    ],
)
def test_no_command_if_lk_would_lose_a_field(typed: dict[str, Any]) -> None:
    assert command(**typed) is None


def test_no_command_has_the_password_of_an_address() -> None:
    for address in ("sip:u:p4ssword@h", "<sips:u:p4ssword@h;transport=tls>"):
        assert command(request_uri=address) is None
        assert command(from_header=address) is None
    assert command(request_uri="sip:u@h:5061")


def test_a_trunk_for_one_call_has_no_password() -> None:
    own = {"trunk": "own", "number": "+1", "hostname": "h", "auth_username": "u"}
    line = command(**own, auth_password="p4ssword", headers_to_attributes="X-A=a")
    trunk: dict[str, Any] = {"hostname": "h", "auth_username": "u", "auth_password": "PASSWORD"}
    trunk |= {"headers_to_attributes": {"X-A": "a"}}
    assert request(line)["trunk"] == trunk
    assert "p4ssword" not in str(line)


def test_a_new_trunk_and_a_new_rule_have_every_field_and_no_secret() -> None:
    trunk = {"numbers": ["+1"], "auth_password": "PASSWORD", "media": {"codecs": [{"name": "x"}]}}
    line = lk_sip.create_trunk(kind="inbound", trunk=trunk)
    assert str(line).endswith("| lk sip inbound create /dev/stdin")
    assert request(line) == {"trunk": trunk}
    rule = {"rule": {"dispatch_rule_direct": {"room_name": "r", "pin": "PIN"}}, "numbers": ["+1"]}
    line = lk_sip.create_rule(rule=rule)
    assert request(line) == {"dispatch_rule": rule}
    assert lk_sip.create_rule(rule={"room_config": {"egress": {"x": HIDDEN}}}) is None


@pytest.mark.parametrize("field", ["numbers", "name", "trunk_ids"])
def test_no_command_empties_a_list_or_a_text(field: str) -> None:
    """lk sends an empty list update, which LiveKit refuses."""
    change = Difference((field,), "", ("before",), ())
    assert lk_sip.update_trunk(kind="inbound", id="ST_1", differences=[change]) is None
    assert lk_sip.update_rule(id="SDR_1", differences=[change]) is None


def transfer(identity: str = "i", room: str = "r", **typed: Any) -> str | None:
    """Make the command for what is typed into the form that transfers."""
    form = TransferCall(**typed)
    fields = dialing.transfer_request(room, identity, form.target())
    return lk_sip.transfer_participant(request=described(fields))


@pytest.mark.parametrize("program", SHELLS)
@pytest.mark.parametrize("text", HOSTILE)
def test_any_identity_reaches_lk_as_it_is(text: str, program: str, fake: Path) -> None:
    line = transfer(text, to="+1 555-0100")
    words = ["sip", "participant", "transfer", "--room", "r", "--identity", text]
    assert ran(line, fake, program) == [*words, "--to", "tel:+15550100"]


def test_no_command_for_what_lk_has_no_flag_for() -> None:
    line = transfer(to="sip:a@b", play_dialtone=True)
    assert line == (
        "lk sip participant transfer --room r --identity i --to 'sip:a@b' --play-dialtone"
    )
    assert transfer(to="sip:a@b", headers="X: y") is None
    assert transfer(to="sip:a@b", ringing_timeout=5) is None
    assert transfer(to="sip:a@b", room="%t") is None
