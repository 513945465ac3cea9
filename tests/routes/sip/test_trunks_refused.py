"""A trunk that the form or LiveKit refuses: each wrong field is marked, nothing typed is lost."""

import pytest

from tests.routes.asked import Ask, phone_number
from tests.routes.filled import filled, marked, reason
from tests.routes.sip.trunks import NEW, PASSWORD, all_trunks, form, own_name, path_of
from tests.support.visitor import Visitor

name = own_name("refused")


WRONG = [
    ("inbound", {"numbers": ""}, "numbers"),
    ("inbound", {"numbers": " ,\n"}, "numbers"),
    ("outbound", {"address": ""}, "address"),
    ("outbound", {"numbers": ""}, "numbers"),
    ("outbound", {"address": "sip:example.com"}, "address"),
    ("outbound", {"address": "user@example.com"}, "address"),
    ("outbound", {"address": "example.com;transport=tls"}, "address"),
    ("outbound", {"address": "example.com transport=tls"}, "address"),
    ("outbound", {"address": "a b"}, "address"),
    ("outbound", {"from_host": "sips:example.com"}, "from_host"),
    ("outbound", {"transport": "fax"}, "transport"),
    ("outbound", {"transport": "unknown"}, "transport"),
    ("outbound", {"destination_country": "Germany"}, "destination_country"),
    ("inbound", {"allowed_addresses": "10.0.0.0/8 or so"}, "allowed_addresses"),
    ("inbound", {"allowed_addresses": "http://example.com"}, "allowed_addresses"),
    ("inbound", {"allowed_addresses": "10.0.0.300"}, "allowed_addresses"),
    ("inbound", {"allowed_addresses": "[::1]"}, "allowed_addresses"),
    ("inbound", {"allowed_addresses": "10.0.0.0/33"}, "allowed_addresses"),
    ("inbound", {"headers": "no colon"}, "headers"),
    ("inbound", {"headers": ": nameless"}, "headers"),
    ("inbound", {"headers": "Contact: x"}, "headers"),
    ("inbound", {"headers": "Ö: x"}, "headers"),
    ("inbound", {"headers": "X-A: 1\nX-A: 2"}, "headers"),
    ("inbound", {"headers": f"{'x' * 256}: 1"}, "headers"),
    ("inbound", {"headers": f"X-A: {'é' * 513}"}, "headers"),
    ("inbound", {"headers": "X-A: \x01"}, "headers"),
    ("inbound", {"headers": "X-My-Token: ••••••"}, "headers"),
    ("inbound", {"headers_to_attributes": "X-A"}, "headers_to_attributes"),
    ("inbound", {"headers_to_attributes": "X A=b"}, "headers_to_attributes"),
    ("inbound", {"attributes_to_headers": "a=X B"}, "attributes_to_headers"),
    ("inbound", {"attributes_to_headers": "a="}, "attributes_to_headers"),
    ("inbound", {"include_headers": "some"}, "include_headers"),
    ("inbound", {"ringing_timeout": "soon"}, "ringing_timeout"),
    ("inbound", {"ringing_timeout": "-1"}, "ringing_timeout"),
    ("inbound", {"ringing_timeout": "1e9"}, "ringing_timeout"),
    ("inbound", {"ringing_timeout_status": "200"}, "ringing_timeout_status"),
    ("inbound", {"max_call_duration": "999999999"}, "max_call_duration"),
    ("inbound", {"media_timeout": "601"}, "media_timeout"),
    ("inbound", {"codecs": "PCMU/fast"}, "codecs"),
    ("inbound", {"codecs": "PCMU/8000/1"}, "codecs"),
    ("inbound", {"codecs": "PCMU/4294967296"}, "codecs"),
    ("inbound", {"encryption": "maybe"}, "encryption"),
]


@pytest.mark.parametrize(("kind", "typed", "field"), WRONG, ids=str)
def test_bad_input_is_422_with_the_field_marked_and_all_kept(
    admin: Visitor, livekit: Ask, name: str, kind: str, typed: dict[str, str], field: str
) -> None:
    own = {"name": name, "numbers": phone_number()}
    own |= {"address": "sip.example.com"} if kind == "outbound" else {}
    own |= {"auth_password": "typed"} if field != "numbers" else {}
    sent = form(admin, kind, **(own | typed))
    page = admin.send(NEW, sent)
    assert (page.status, marked(page)) == (422, [field]), page.text
    assert all_trunks(livekit, name) == []
    again = filled(page)
    for other in sent.keys() - {"csrf", field}:
        assert again.get(other, "") == sent[other], other


def test_a_third_kind_is_refused(admin: Visitor, livekit: Ask, name: str) -> None:
    sent = form(admin, "inbound", name=name, numbers=phone_number()) | {"kind": "both"}
    assert admin.send(NEW, sent).status == 422
    assert all_trunks(livekit, name) == []


def test_a_number_of_another_trunk_is_said_with_its_name(
    admin: Visitor, livekit: Ask, make_trunk: Ask, name: str
) -> None:
    other = make_trunk(name=f"{name} <b>other</b>")
    spaced = f"{other.numbers[0][:2]} ({other.numbers[0][2:5]}) {other.numbers[0][5:]}"
    sent = form(admin, "inbound", name=f"{name} mine", numbers=spaced, auth_password=PASSWORD)
    page = admin.send(NEW, sent)
    assert (page.status, marked(page)) == (422, ["numbers"])
    assert reason(page, "numbers").startswith("LiveKit: Conflicting inbound SIP Trunks:")
    assert other.sip_trunk_id in reason(page, "numbers")
    (link,) = [a for a in page.all("a") if a.get("href") == path_of(other)]
    assert link
    assert "&lt;b&gt;other&lt;/b&gt;" in page.html
    again = filled(page)
    assert (again["numbers"], again["auth_password"]) == (spaced, PASSWORD)
    assert page.html.count(PASSWORD) == 1
    assert len(all_trunks(livekit, name)) == 1
    own = form(admin, "inbound", name=f"{name} mine", numbers=spaced, allowed_numbers="+15551")
    assert admin.send(NEW, own).status == 303, "they may share it where callers part them"
    late = admin.send(NEW, own | {"name": f"{name} third"})
    assert (late.status, marked(late)) == (422, ["allowed_numbers"])


def test_the_command_says_no_password(admin: Visitor, make_trunk: Ask) -> None:
    own = make_trunk().numbers[0]
    page = admin.send(NEW, form(admin, "inbound", numbers=own, auth_password=PASSWORD))
    assert page.status == 422
    command = next(b["data-copy"] for b in page.all("button") if "data-copy" in b)
    assert f'{{"trunk":{{"numbers":["{own}"],"auth_password":"PASSWORD"}}}}' in command
    assert command.endswith("| lk sip inbound create /dev/stdin")
