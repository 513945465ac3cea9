"""All trunks and rules as a file, and back: /sip/definitions."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from app.services.sip.definitions.file import FORMAT
from tests.routes.asked import ODD, Ask, phone_number
from tests.routes.conftest import Start
from tests.routes.filled import filled
from tests.routes.sip.trunks import (
    INBOUND,
    OUTBOUND,
    PASSWORD,
    TOKEN,
    all_rules,
    all_trunks,
    kept,
    make_rule,
    own_name,
)
from tests.support.fault import Relay
from tests.support.visitor import Seen, Visitor

PAGE = "/sip/definitions"
EXPORT = f"{PAGE}/-/export.json"
SECRETS = f"{PAGE}/-/secrets"
Make = Callable[..., Any]


part = own_name("def")


def file(**lists: list[Any]) -> str:
    """Return a file with these definitions."""
    return json.dumps({"format": FORMAT, "version": 1} | lists, indent=2)


def imported(visitor: Visitor, text: str) -> Seen:
    """Send a file, and give the page that asks."""
    return visitor.send(PAGE, filled(visitor.get(PAGE)) | {"definitions": text})


def everything(livekit: Ask) -> list[bytes]:
    """Return all that is stored."""
    found = all_trunks(livekit) + all_rules(livekit)
    return sorted(info.SerializeToString(deterministic=True) for info in found)


def test_importing_an_export_changes_nothing(
    admin: Visitor, livekit: Ask, make_trunk: Make, part: str
) -> None:
    trunk = make_trunk(name=f"{part}-in", **INBOUND)
    make_trunk("outbound", name=f"{part}-out", **OUTBOUND)
    make_rule(livekit, f"{part}-rule", [trunk.sip_trunk_id])
    before = everything(livekit)
    for seen in (admin.get(EXPORT), admin.post(SECRETS)):
        assert seen.status == 200
        assert "attachment" in seen.headers["content-disposition"]
        ours = [
            each
            for name in ("inbound_trunks", "outbound_trunks", "dispatch_rules")
            for each in json.loads(seen.html)[name]
            if each.get("name", "").startswith(part)
        ]
        assert len(ours) == 3
        asked = imported(admin, seen.html)
        assert asked.status == 200
        assert "Nothing to import" in asked.text
        assert "added" not in asked.text
    assert everything(livekit) == before


def test_secrets_are_in_it_only_where_asked_for(
    admin: Visitor, reader: Visitor, make_trunk: Make
) -> None:
    make_trunk(**INBOUND)
    plain, whole = admin.get(EXPORT), admin.post(SECRETS)
    for secret in (PASSWORD, TOKEN):
        assert secret not in plain.html
        assert secret in whole.html
    assert json.loads(plain.html)["secrets"] is False
    assert whole.headers["cache-control"] == "no-store"
    assert PASSWORD not in imported(admin, whole.html).html.partition('id="file"')[0]
    assert reader.get(EXPORT).status == 200
    page = reader.get(PAGE)
    assert page.status == 200
    assert not page.all("textarea")


def test_what_is_added_changed_and_unchanged_is_shown_then_done(
    admin: Visitor, livekit: Ask, make_trunk: Make, part: str
) -> None:
    same, changed = make_trunk(name=f"{part}-same"), make_trunk(name=f"{part}-changed")
    stored = {each["name"]: each for each in json.loads(admin.get(EXPORT).html)["inbound_trunks"]}
    text = file(
        inbound_trunks=[
            stored[same.name],
            stored[changed.name] | {"metadata": "new"},
            {"sip_trunk_id": "ST_elsewhere", "name": f"{part}-new", "numbers": [phone_number()]},
            {"name": f"{part}-wrong", "numbers": ["+1555", 1]},
            "nonsense",
        ],
        dispatch_rules=[
            {
                "name": f"{part}-rule",
                "trunk_ids": ["ST_elsewhere"],
                "rule": {"dispatch_rule_direct": {"room_name": part}},
            }
        ],
    )
    before = everything(livekit)
    asked = imported(admin, text)
    assert asked.status == 200
    assert "2 added, 1 changed, 2 invalid, 1 unchanged" in asked.text
    assert f"Trunk ids nothing → {part}-new ST_elsewhere" in asked.text
    assert "numbers[1]: expected text in quotes, not a number." in asked.text
    assert 'expected an object in { }, not "nonsense".' in asked.text
    assert everything(livekit) == before
    done = admin.send(PAGE, filled(asked))
    assert done.status == 200
    assert "3 of 3 definitions imported" in done.text
    assert kept(livekit, changed.sip_trunk_id).metadata == "new"
    (new,) = all_trunks(livekit, f"{part}-new")
    (rule,) = all_rules(livekit, part)
    assert list(rule.trunk_ids) == [new.sip_trunk_id]
    again = admin.send(PAGE, filled(asked))  # a second click
    assert again.status == 409
    assert "have changed since you reviewed them" in again.text
    assert len(all_trunks(livekit, f"{part}-new")) == 1


def test_each_result_is_said_and_a_refusal_stops_nothing(
    admin: Visitor, livekit: Ask, part: str
) -> None:
    rules = [
        {"name": f"{part}-none", "numbers": [phone_number()]},
        {"name": f"{part}-fine", "numbers": [phone_number()], "rule": {"dispatch_rule_callee": {}}},
    ]
    done = admin.send(PAGE, filled(imported(admin, file(dispatch_rules=rules))))
    assert "1 of 2 definitions imported" in done.text
    assert "missing rule" in done.text
    assert all_rules(livekit, f"{part}-fine")
    assert not all_rules(livekit, f"{part}-none")


def test_a_number_that_another_trunk_has_is_not_imported(
    admin: Visitor, livekit: Ask, make_trunk: Make, part: str
) -> None:
    taken = make_trunk(name=f"{part}-taken")
    trunks = [{"name": f"{part}-twice", "numbers": list(taken.numbers)}]
    asked = imported(admin, file(inbound_trunks=trunks))
    assert f"The trunk {taken.name} accepts the same calls." in asked.text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "This field is required."),
        ("{", "This is not JSON"),
        ("[" * 100_000, "This is not JSON"),
        ("[]", "This is neither an export of this page nor"),
        ('{"format": "x"}', "This isn't an export of this page"),
        (file().replace('"version": 1', '"version": 2'), "another version"),
        (file(trunks=[]), "trunks: there is no such list."),
        (
            file().replace("}", ', "inbound_trunks": {}}'),
            "inbound_trunks: expected a list in [ ].",
        ),
    ],
    ids=["empty", "broken", "deep", "list", "foreign", "version", "unknown", "no list"],
)
def test_what_is_no_such_file_is_refused_and_kept(
    admin: Visitor, livekit: Ask, text: str, reason: str
) -> None:
    before = everything(livekit)
    page = imported(admin, text)
    assert page.status == 422
    assert page.all("textarea", name="definitions", **{"aria-invalid": "true"})
    assert reason in page.text
    assert filled(page)["definitions"] == text
    assert everything(livekit) == before


def test_a_file_is_chosen_in_the_place_of_what_was_pasted(
    admin: Visitor, livekit: Ask, part: str
) -> None:
    text = file(inbound_trunks=[{"name": part, "numbers": [phone_number()]}])
    chosen = {"definitions": ("sip.json", text.replace("\n", "\r\n").encode("utf-8-sig"))}
    asked = uploaded(admin, chosen)
    assert (asked.status, filled(asked)["definitions"]) == (200, text)
    assert not all_trunks(livekit, part)
    assert admin.send(PAGE, filled(asked)).status == 200
    assert all_trunks(livekit, part)
    broken = uploaded(admin, {"definitions": ("sip.json", b"<b>\xff")})
    assert broken.status == 422
    assert "This file isn't UTF-8 text." in broken.text
    assert broken.all("textarea", name="definitions", **{"aria-invalid": "true"})


def uploaded(visitor: Visitor, files: Any) -> Seen:
    """Send the form as a browser does, with a file chosen."""
    (form,) = visitor.get(PAGE).all("form", action=PAGE)
    assert form["enctype"] == "multipart/form-data"
    typed = {"csrf": visitor.token(), "definitions": "pasted before"}
    headers = {"Origin": visitor.origin}
    return Seen(visitor.http.post(PAGE, data=typed, files=files, headers=headers))


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_names(admin: Visitor, livekit: Ask, part: str, odd: str) -> None:
    trunks = [{"name": f"{part}{odd}", "numbers": [phone_number()], "metadata": odd}]
    asked = imported(admin, file(inbound_trunks=trunks))
    done = admin.send(PAGE, filled(asked))
    for page in (asked, done):
        assert page.status == 200
        assert "<script>alert" not in page.html
    (made,) = all_trunks(livekit, part)
    assert (made.name, made.metadata) == (f"{part}{odd}", odd)


def test_refuses_whoever_must_not(guarded: Callable[..., None], livekit: Ask, part: str) -> None:
    before = everything(livekit)
    guarded(PAGE, definitions=part)
    guarded(SECRETS, form=False)
    assert everything(livekit) == before


def test_an_outage_is_no_empty_file(relay: Relay, start_dashboard: Start) -> None:
    visitor = start_dashboard(livekit_url=relay.url).visitor()
    token = visitor.token()
    relay.mode = "reset"
    text = file() + " " * 3
    sent = visitor.send(PAGE, {"csrf": token, "definitions": text})
    for page in (visitor.get(EXPORT), visitor.send(SECRETS, {"csrf": token}), sent):
        assert page.status == 503
        assert "content-disposition" not in page.headers
    assert filled(sent)["definitions"] == text


def test_without_redis_it_says_so(bare: Visitor) -> None:
    assert "Telephony is not set up" in bare.get(PAGE).text
    page = bare.get(EXPORT)
    assert page.status == 409
    assert "redis" in page.text
