"""A trunk's page and its end: /sip/trunks/{trunk}, /sip/trunks/{trunk}/delete."""

import json
import secrets
import socket
from collections.abc import Callable
from typing import Any

import pytest
from livekit.protocol import sip

from app.text.paths import sip_path
from dev.stack import Stack
from tests.routes.asked import Ask, phone_number
from tests.routes.filled import polled
from tests.routes.sip.trunks import INBOUND, OUTBOUND, all_rules, kept, make_rule, own_name, path_of
from tests.support.visitor import Visitor

Make = Callable[..., Any]


name = own_name("page")


def test_shows_all_of_an_inbound_trunk(admin: Visitor, make_trunk: Make) -> None:
    page = admin.get(path_of(make_trunk(**INBOUND)))
    for text in (
        "203.0.113.0/24",
        "+1 555 765 4321",
        "example.com",
        "X-Customer : 42; a=b",
        "X-Auth-Token : ••••••",
        "X-From → caller=id",
        "call=result → X-Result",
        "PCMU/8000, G722 only",
        "required",
        "1 h",
        '"team": "a"',
        "Noise cancellation On",
    ):
        assert text in page.text.replace("\u00a0", " "), text
    assert polled(page)[0].endswith("?partial=1")


def test_shows_all_of_an_outbound_trunk(admin: Visitor, make_trunk: Make) -> None:
    info = make_trunk("outbound", **OUTBOUND)
    page = admin.get(path_of(info))
    for text in ("sip.example.com:5061", "auto", "de", "calls.example.com", "X-Customer"):
        assert text in page.text
    assert "New rule" not in page.text
    (dial,) = [a["href"] for a in page.all("a") if a.get("href", "").startswith("/sip/calls/-/new")]
    assert dial == f"/sip/calls/-/new?trunk={info.sip_trunk_id}"


def test_says_which_rules_take_its_calls(
    admin: Visitor, livekit: Ask, make_trunk: Make, name: str
) -> None:
    info, other = make_trunk(), make_trunk()
    page = admin.get(path_of(info))
    assert f"{name} one" not in page.text
    make_rule(livekit, f"{name} one", [info.sip_trunk_id])
    make_rule(livekit, f"{name} <b>two", [info.sip_trunk_id, other.sip_trunk_id])
    make_rule(livekit, f"{name} third", [other.sip_trunk_id])
    page = admin.get(path_of(info))
    assert f"{name} <b>two uses this trunk and 1 other" in page.text
    assert f"{name} one uses this trunk" in page.text
    assert f"{name} third" not in page.text


def test_the_confirmation_names_the_rules_that_lose_it(
    admin: Visitor, livekit: Ask, make_trunk: Make, name: str
) -> None:
    info, other = make_trunk(), make_trunk()
    make_rule(livekit, f"{name} one", [info.sip_trunk_id])
    make_rule(livekit, f"{name} two", [info.sip_trunk_id, other.sip_trunk_id])
    page = admin.get(path_of(info, "delete"))
    assert "2 dispatch rules use it." in page.text
    assert f"{name} one will no longer match any call" in page.text
    assert f"{name} two matches calls on 1 other trunk" in page.text
    assert f"lk sip inbound delete {info.sip_trunk_id}" in page.text
    gone = admin.follow(admin.post(path_of(info, "delete")))
    assert f"Trunk {info.name} was deleted." in gone.text
    assert kept(livekit, info.sip_trunk_id) is None
    assert {r.name for r in all_rules(livekit, name)} == {f"{name} one", f"{name} two"}


def test_a_second_delete_is_404(admin: Visitor, make_trunk: Make) -> None:
    info = make_trunk("outbound")
    assert admin.post(path_of(info, "delete")).status == 303
    again = admin.post(path_of(info, "delete"))
    assert again.status == 404
    assert f"There is no trunk {info.sip_trunk_id}, or it was deleted." in again.text


@pytest.mark.parametrize("rest", [(), ("edit",), ("delete",)])
@pytest.mark.parametrize("odd", ["ST_none", "a/b", "..", "<script>alert(1)</script>", "%2F", " "])
def test_what_is_not_there_is_404(admin: Visitor, odd: str, rest: tuple[str, ...]) -> None:
    page = admin.get(sip_path("trunks", odd, *rest))
    assert page.status == 404
    assert "<script>alert" not in page.html


def test_who_may_only_look_sees_it_without_buttons(reader: Visitor, make_trunk: Make) -> None:
    info = make_trunk(**INBOUND)
    page = reader.get(path_of(info))
    assert page.status == 200
    assert path_of(info, "edit") not in page.html
    for rest in ("edit", "delete"):
        assert reader.get(path_of(info, rest)).status == 403
    assert reader.get("/sip/trunks/-/new").status == 403


def test_refuses_whoever_must_not(
    guarded: Callable[..., None], livekit: Ask, make_trunk: Make
) -> None:
    info = make_trunk()
    guarded(path_of(info, "delete"))
    assert kept(livekit, info.sip_trunk_id) == info


def redis_set(stack: Stack, key: str, field: str, value: bytes) -> None:
    """Put a field of a hash into the Redis of the stack."""
    found = json.loads(next(stack.folder.glob("livekit*")).read_text(encoding="utf-8"))
    host, _, port = found["redis"]["address"].partition(":")
    words = [b"HSET", key.encode(), field.encode(), value]
    sent = b"*4\r\n" + b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in words)
    with socket.create_connection((host, int(port)), timeout=1) as connection:
        connection.sendall(sent)
        assert connection.recv(64).startswith(b":1")


def test_a_trunk_of_the_old_kind_is_shown_and_not_changed(
    admin: Visitor, stack: Stack, livekit: Ask, name: str
) -> None:
    old = sip.SIPTrunkInfo(
        sip_trunk_id=f"ST_{secrets.token_hex(6)}",
        name=name,
        outbound_address="sip.example.com",
        outbound_number=phone_number(),
    )
    redis_set(stack, "sip_trunk", old.sip_trunk_id, old.SerializeToString())
    page = admin.get(f"/sip/trunks?q={name}")
    assert {f"{kind}-{old.sip_trunk_id}" for kind in ("inbound", "outbound")} <= {
        tr["id"] for tr in page.all("tr") if "id" in tr
    }
    assert admin.get(path_of(old)).status == 200
    form = admin.get(path_of(old, "edit"))
    assert form.status == 409
    assert "a trunk of the old kind" in form.text
    sent = {"kind": "inbound", "name": "new", "numbers": phone_number()}
    assert admin.post(path_of(old, "edit"), **sent).status == 409
    assert admin.post(path_of(old, "delete")).status == 303
    assert kept(livekit, old.sip_trunk_id) is None


def test_a_deletion_is_one_call_after_a_look(admin: Visitor, make_trunk: Make) -> None:
    info = make_trunk()
    gone = admin.post(path_of(info, "delete"))
    assert gone.calls == ["ListSIPInboundTrunk", "ListSIPOutboundTrunk", "DeleteSIPTrunk"]
