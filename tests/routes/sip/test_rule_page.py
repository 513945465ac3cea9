"""A dispatch rule's page and its end: /sip/rules/{rule}, /sip/rules/{rule}/delete."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from app.text.paths import room_path, sip_path
from tests.routes.asked import Ask
from tests.routes.conftest import Join
from tests.routes.filled import polled
from tests.routes.sip.rules import FULL, KEY, LIST, PIN, direct, kept, path_of
from tests.support.visitor import Visitor

Make = Callable[..., Any]


def test_shows_all_of_a_rule(admin: Visitor, make_trunk: Make, make_dispatch_rule: Make) -> None:
    trunk = make_trunk(name=f"<b>trunk</b> {secrets.token_hex(4)}")
    own = {"trunk_ids": [trunk.sip_trunk_id, "ST_gone"], "numbers": trunk.numbers}
    page = admin.get(path_of(make_dispatch_rule(**FULL | own)))
    for text in (
        "ward _ <caller>",
        "PIN Required",
        trunk.name,
        "ST_gone deleted",
        "+1 555 765 4321",
        "anonymous",
        "PCMU/8000, G722 only",
        "Media timeout 20.000000001 s",
        "Noise cancellation On",
        "required",
        "team support",
        '"team": "a"',
        "preset preset",
        "Configuration config",
        "bob , deployment v2",
        "k = v",
        "Empty timeout 60 s",
        "100 to 200 ms",
        "Tag cost 42",
        "Automatic recording On; see the JSON",
        '"filepath": "calls/{room_name}"',
        "The inbound trunk ST_gone no longer exists.",
    ):
        assert text in page.text.replace("\u00a0", " "), text
    assert page.all("a", href=sip_path("trunks", trunk.sip_trunk_id))
    assert page.html.count("<dt>Agents ") == 1  # the name of a list appears once
    assert PIN not in page.html
    assert KEY not in page.html
    assert polled(page)[0].endswith("?partial=1")


def test_calls_trunks_and_rules_lead_to_each_other(
    admin: Visitor, join: Join, room: str, make_trunk: Make, make_dispatch_rule: Make
) -> None:
    trunk = make_trunk()
    info = make_dispatch_rule(trunk_ids=[trunk.sip_trunk_id], rule=direct(room))
    told = {"sip.ruleID": info.sip_dispatch_rule_id, "sip.trunkID": trunk.sip_trunk_id}
    join(room, "caller", kind="sip", attributes=told)
    path = sip_path("trunks", trunk.sip_trunk_id)
    for page in (f"/sip/calls/{room}/caller", path, f"{path}/delete"):
        assert admin.get(page).all("a", href=path_of(info)), page
    for page in (LIST, path_of(info)):
        assert admin.get(page).all("a", href=room_path(room))
    paths = [link["href"] for link in admin.get(LIST).all("a") if "/sip/" in link.get("href", "")]
    order = [path for path in paths if path in ("/sip/calls", "/sip/trunks", LIST)]
    assert order[:3] == ["/sip/calls", "/sip/trunks", LIST]


def test_what_is_wrong_is_said_at_the_top(
    admin: Visitor, make_trunk: Make, make_dispatch_rule: Make
) -> None:
    info = make_dispatch_rule(trunk_ids=[make_trunk().sip_trunk_id], hide_phone_number=True)
    page = admin.get(path_of(info))
    assert "The rule hides the caller's number" in page.text
    assert "The rule never matches: none of its trunks has a number that it lists." in page.text
    assert [tag["class"] for tag in page.all("div") if "notice" in tag.get("class", "")][-2:] == [
        "notice",
        "notice",
    ]


def test_the_confirmation_names_what_ends(
    admin: Visitor, livekit: Ask, make_trunk: Make, make_dispatch_rule: Make
) -> None:
    left, shared = (make_trunk(name=f"delete-{secrets.token_hex(4)}") for _ in range(2))
    info = make_dispatch_rule(
        rule=direct("<b>r</b>", "12"),
        trunk_ids=[left.sip_trunk_id, shared.sip_trunk_id],
        numbers=left.numbers,
    )
    make_dispatch_rule(trunk_ids=[shared.sip_trunk_id])
    page = admin.get(path_of(info, "delete"))
    own = f"{left.numbers[0][:2]}\u00a0555\u00a0{left.numbers[0][5:8]}"
    assert own in page.html
    assert "Its settings and its PIN are deleted." in page.text
    assert "It matches calls on 2 inbound trunks:" in page.text
    assert "&lt;b&gt;r&lt;/b&gt;" in page.html
    assert "other rule matches its calls" in page.text or "rules match its calls" in page.text
    assert f"lk sip dispatch delete {info.sip_dispatch_rule_id}" in page.text
    gone = admin.follow(admin.post(path_of(info, "delete")))
    assert f"Dispatch rule {info.name} was deleted." in gone.text
    assert kept(livekit, info.sip_dispatch_rule_id) is None


def test_a_second_delete_is_404(admin: Visitor, make_dispatch_rule: Make) -> None:
    info = make_dispatch_rule()
    assert admin.post(path_of(info, "delete")).status == 303
    again = admin.post(path_of(info, "delete"))
    assert again.status == 404
    assert f"There is no dispatch rule {info.sip_dispatch_rule_id}, or it was" in again.text


@pytest.mark.parametrize("rest", [(), ("edit",), ("delete",)])
@pytest.mark.parametrize("odd", ["SDR_none", "a/b", "..", "<script>alert(1)</script>", " "])
def test_what_is_not_there_is_404(admin: Visitor, odd: str, rest: tuple[str, ...]) -> None:
    page = admin.get(sip_path("rules", odd, *rest))
    assert page.status == 404
    assert "<script>alert" not in page.html


def test_who_may_only_look_sees_it_without_buttons(
    reader: Visitor, make_dispatch_rule: Make
) -> None:
    info = make_dispatch_rule(**FULL)
    page = reader.get(path_of(info))
    assert page.status == 200
    assert path_of(info, "edit") not in page.html
    for path in (path_of(info, "edit"), path_of(info, "delete"), f"{LIST}/-/new"):
        assert reader.get(path).status == 403


def test_the_deletion_refuses_whoever_must_not(
    guarded: Callable[..., None], livekit: Ask, make_dispatch_rule: Make
) -> None:
    info = make_dispatch_rule()
    guarded(path_of(info, "delete"))
    assert kept(livekit, info.sip_dispatch_rule_id) == info
