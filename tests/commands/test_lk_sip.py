"""The `lk` commands about calls, run by real shells; no secret is in them."""

import json
from pathlib import Path

import pytest

from app.commands.lk import sip as lk_sip
from tests.support.shells import HOSTILE, SHELLS, ran

DIAL = {"to": "+15550100", "trunk": "ST_1", "room": "r", "include_headers": "SIP_NO_HEADERS"}


def request(line: str | None) -> dict[str, object]:
    """Give what is piped into lk."""
    assert line is not None
    piped = line.partition("printf %s '")[2].partition("' | lk ")[0]
    found: dict[str, object] = json.loads(piped)
    return found


def test_dialling_out() -> None:
    line = lk_sip.create_participant(values=DIAL)
    assert line is not None
    assert line.endswith("| lk sip participant create --timeout 30s /dev/stdin")
    assert request(line) == {"sip_call_to": "+15550100", "room_name": "r", "sip_trunk_id": "ST_1"}
    more = DIAL | {
        "wait_until_answered": "on",
        "dtmf": "w 1#",
        "attributes": '{"a": "b"}',
        "headers": "X-One: 1\nX-Auth-Token: t0ken",
        "ringing_timeout": "9",
        "max_call_duration": "60",
        "encryption": "SIP_MEDIA_ENCRYPT_REQUIRE",
        "display_name": "Desk",
    }
    line = lk_sip.create_participant(values=more)
    assert line is not None
    flags = "--display-name Desk --media-enc SIP_MEDIA_ENCRYPT_REQUIRE --timeout 9s"
    assert f"lk sip participant create {flags} /dev/stdin" in line
    assert request(line) == request(lk_sip.create_participant(values=DIAL)) | {
        "wait_until_answered": True,
        "dtmf": "w1#",
        "participant_attributes": {"a": "b"},
        "headers": {"X-One": "1", "X-Auth-Token": "SECRET"},
        "max_call_duration": "60s",
    }


def test_lines_of_the_invite_and_where_it_ends() -> None:
    more = DIAL | {
        "request_uri": "<sip:1@h>",
        "from_header": "desk",
        "from_name": "Desk",
        "country": "de",
        "no_display_name": "on",
    }
    line = lk_sip.create_participant(values=more)
    assert "create --no-display-name --timeout" in str(line)
    assert request(line) == request(lk_sip.create_participant(values=DIAL)) | {
        "sip_request_uri": {"raw": "<sip:1@h>"},
        "sip_from_header": {"values": {"user": "desk"}, "display_name": "Desk"},
        "destination": {"country": "DE"},
    }


@pytest.mark.parametrize("name", ["codecs", "only_listed_codecs", "media_timeout", "to_user"])
def test_no_command_where_lk_would_lose_a_field(name: str) -> None:
    assert lk_sip.create_participant(values=DIAL | {name: "1"}) is None


def test_no_command_has_the_password_of_an_address() -> None:
    for address in ("sip:u:p4ssword@h", "<sips:u:p4ssword@h;transport=tls>"):
        assert lk_sip.create_participant(values=DIAL | {"request_uri": address}) is None
    assert lk_sip.create_participant(values=DIAL | {"request_uri": "sip:u@h:5061"})


def test_a_trunk_for_one_call_has_no_password() -> None:
    own = {"trunk": "own", "hostname": "h", "auth_username": "u", "auth_password": "p4ssword"}
    own["headers_to_attributes"] = "X-A=a"
    line = lk_sip.create_participant(values=DIAL | own)
    trunk: dict[str, object] = {"hostname": "h", "auth_username": "u", "auth_password": "PASSWORD"}
    trunk |= {"headers_to_attributes": {"X-A": "a"}}
    assert request(line)["trunk"] == trunk
    assert "p4ssword" not in str(line)


@pytest.mark.parametrize(
    "wrong",
    [{"to": ""}, {"trunk": ""}, {"attributes": "["}, {"headers": "x"}, {"ringing_timeout": "x"}],
)
def test_no_command_for_what_livekit_would_not_take(wrong: dict[str, str]) -> None:
    assert lk_sip.create_participant(values=DIAL | wrong) is None


@pytest.mark.parametrize("program", SHELLS)
@pytest.mark.parametrize("text", HOSTILE)
def test_any_identity_reaches_lk_as_it_is(text: str, program: str, fake: Path) -> None:
    line = lk_sip.transfer_participant(room="r", identity=text, values={"to": "+1 555-0100"})
    words = ["sip", "participant", "transfer", "--room", "r", "--identity", text]
    assert ran(line, fake, program) == [*words, "--to", "tel:+15550100"]


def test_no_command_for_what_lk_has_no_flag_for() -> None:
    told = {"to": "sip:a@b", "play_dialtone": "on"}
    line = lk_sip.transfer_participant(room="r", identity="i", values=told)
    assert line == (
        "lk sip participant transfer --room r --identity i --to 'sip:a@b' --play-dialtone"
    )
    for more in ({"headers": "X: y"}, {"ringing_timeout": "5"}, {"to": ""}):
        assert lk_sip.transfer_participant(room="r", identity="i", values=told | more) is None
    assert lk_sip.transfer_participant(room="%t", identity="i", values=told) is None
