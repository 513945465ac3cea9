"""The page between an edit and its replace: what it shows, and what happened meanwhile."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from livekit import api

from tests.routes.asked import Ask
from tests.routes.filled import filled
from tests.routes.sip.trunks import (
    INBOUND,
    OUTBOUND,
    PASSWORD,
    TOKEN,
    confirmed,
    edited,
    kept,
    path_of,
)
from tests.support.visitor import Seen, Visitor

Make = Callable[..., Any]
TYPED = "a-pass-word-that-was-typed"


def shown(page: Seen) -> dict[str, str]:
    """Return the differences that the page asks about, by their labels, as one text each."""
    parts = page.html.partition('<dl class="differences">')[2].partition("</dl>")[0].split("<dt")
    found = {}
    for part in parts[1:]:
        label, _, rest = part.partition(">")[2].partition("</dt>")
        words = "".join(f" {each.partition('>')[2]}" for each in rest.split("<"))
        found[label] = " ".join(words.replace("&#8594;", "→").split())
    return found


def test_old_and_new_are_shown_field_by_field(admin: Visitor, make_trunk: Make) -> None:
    info = make_trunk(**INBOUND)
    page = edited(
        admin,
        info,
        name="another",
        numbers=f"{info.numbers[0]}\n+15550009999",
        allowed_numbers="",
        encryption="allow",
        headers="X-Customer: 43\nX-Auth-Token: ••••••\nX-New: <b>",
        ringing_timeout="45",
        krisp_enabled=None,
        auth_password=TYPED,
    )
    assert page.status == 200
    assert shown(page) == {
        "Name": f"{info.name} → another",
        "Numbers": "+15550009999 1 unchanged",
        "Allowed numbers": "+1 (555) 765-4321 → nothing",
        "Auth password": "changed",
        "Headers: X-Customer": "42; a=b → 43",
        "Headers: X-New": "nothing → &lt;b&gt;",
        "Ringing timeout": "30.500000001 s → 45 s",
        "Krisp enabled": "on → off",
        "Media: encryption": "require → allow",
    }


def test_nothing_is_saved_before_it_is_confirmed(
    admin: Visitor, livekit: Ask, make_trunk: Make
) -> None:
    info = make_trunk()
    asked = edited(admin, info, name="later")
    assert f"Save these changes to {info.name}?" in asked.text
    assert kept(livekit, info.sip_trunk_id) == info
    assert confirmed(admin, asked, path_of(info, "edit")).status == 303
    assert kept(livekit, info.sip_trunk_id).name == "later"


def test_what_is_typed_after_the_question_is_asked_about_again(
    admin: Visitor, livekit: Ask, make_trunk: Make
) -> None:
    info = make_trunk()
    fields = filled(edited(admin, info, name="first"))
    again = admin.send(path_of(info, "edit"), fields | {"name": "second"})
    assert again.status == 200
    assert shown(again) == {"Name": f"{info.name} → second"}
    assert "has changed since" not in again.text
    assert kept(livekit, info.sip_trunk_id) == info
    assert confirmed(admin, again, path_of(info, "edit")).status == 303


def test_a_trunk_that_changed_meanwhile_is_shown_again(
    admin: Visitor, livekit: Ask, make_trunk: Make
) -> None:
    info = make_trunk(**INBOUND)
    path = path_of(info, "edit")
    asked = edited(admin, info, auth_realm="other.example.com")
    other = edited(admin, info, name="somebody else's")
    admin.follow(confirmed(admin, other, path))
    late = confirmed(admin, asked, path)
    assert late.status == 409
    assert "It has changed since this was shown." in late.text
    assert shown(late) == {"Auth realm": "example.com → other.example.com"}
    assert kept(livekit, info.sip_trunk_id).auth_realm == "example.com"
    assert admin.send(path, filled(late)).status == 303
    now = kept(livekit, info.sip_trunk_id)
    assert (now.name, now.auth_realm) == ("somebody else's", "other.example.com")


def test_a_second_click_changes_nothing(admin: Visitor, livekit: Ask, make_trunk: Make) -> None:
    info = make_trunk()
    asked = edited(admin, info, name="once")
    path = path_of(info, "edit")
    assert "was saved" in admin.follow(confirmed(admin, asked, path)).text
    assert "Nothing was changed." in admin.follow(confirmed(admin, asked, path)).text


def test_a_guessed_confirmation_is_none(admin: Visitor, livekit: Ask, make_trunk: Make) -> None:
    info = make_trunk()
    for seen in ("x", ".", "é", f"{'0' * 32}.{'0' * 32}"):
        page = edited(admin, info, name="guessed", seen=seen)
        assert page.status == 409
        assert kept(livekit, info.sip_trunk_id) == info


@pytest.mark.parametrize("kind", ["inbound", "outbound"])
def test_no_page_has_the_password_or_a_covered_header(
    admin: Visitor, reader: Visitor, make_trunk: Make, kind: str
) -> None:
    fields = INBOUND if kind == "inbound" else OUTBOUND
    info = make_trunk(kind, **fields)
    paths = ["/sip/trunks", path_of(info), path_of(info, "edit"), path_of(info, "delete")]
    pages = [admin.get(path) for path in paths] + [reader.get(path) for path in paths[:2]]
    pages.append(edited(admin, info, name="asked", headers="", auth_password=TYPED))
    pages.append(edited(admin, info, name="wrong", codecs="a b", auth_password=TYPED))
    assert [page.status for page in pages] == [200] * 7 + [422]
    for page in pages:
        assert PASSWORD not in page.html
        assert TOKEN not in page.html
    for page in pages[-2:]:
        (field,) = page.all("input", name="auth_password")
        assert (field["type"], field["value"]) == ("password", TYPED)
        assert page.html.count(TYPED) == 1
        assert page.all("input", name="remove_password")


def test_the_digest_is_none_that_a_reader_could_try_passwords_on(
    admin: Visitor, make_trunk: Make
) -> None:
    info = make_trunk(auth_password="guess")
    seen = filled(edited(admin, info, name="x"))["seen"]
    state = info.SerializeToString(deterministic=True)
    for text in (state, b"seen\0" + state):
        for kind in ("md5", "sha1", "sha256", "sha512"):
            assert hashlib.new(kind, text).hexdigest()[:32] not in seen
    assert filled(edited(admin, info, name="x"))["seen"] == seen


def test_a_trunk_that_is_deleted_under_the_form(
    admin: Visitor, livekit: Ask, make_trunk: Make
) -> None:
    info = make_trunk(auth_password="x")
    asked = edited(admin, info, name="too late", auth_password=TYPED)
    livekit("sip.delete_trunk", api.DeleteSIPTrunkRequest(sip_trunk_id=info.sip_trunk_id))
    late = confirmed(admin, asked, path_of(info, "edit"))
    assert late.status == 404
    assert f"There is no trunk {info.sip_trunk_id}, or it was deleted." in late.text
    assert "too late" in late.text
    covered = [area for area in late.all("textarea") if area["name"] == "auth_password"]
    assert "covered" in covered[0]["class"]
    assert kept(livekit, info.sip_trunk_id) is None


def test_the_form_of_another_kind_is_refused(
    admin: Visitor, livekit: Ask, make_trunk: Make
) -> None:
    info = make_trunk()
    page = edited(admin, info, kind="outbound", address="sip.example.com")
    assert page.status == 422
    assert "This trunk is not outbound" in page.text
    assert kept(livekit, info.sip_trunk_id) == info


def test_a_form_that_was_tampered_with_is_refused(admin: Visitor, make_trunk: Make) -> None:
    info = make_trunk()
    for shown_ in ("", "[]", '{"name": 1}', "{", "[" * 100_000):
        assert edited(admin, info, shown=shown_, name="x").status == 422


def test_what_nobody_touched_is_not_held_against_them(
    admin: Visitor, livekit: Ask, make_trunk: Make
) -> None:
    info = make_trunk(allowed_addresses=["10.0.0.0/8, 1.1.1.1", "[::1]"], metadata="{broken")
    page = edited(admin, info, name="fine")
    assert page.status == 200
    confirmed(admin, page, path_of(info, "edit"))
    info.name = "fine"
    assert kept(livekit, info.sip_trunk_id) == info


def test_the_equivalent_command_is_there_where_lk_can_do_it(
    admin: Visitor, make_trunk: Make
) -> None:
    info = make_trunk(auth_password="x")
    page = edited(admin, info, name="it's", auth_password=TYPED)
    command = f"lk sip inbound update --id {info.sip_trunk_id}"
    assert f"{command} --name 'it'\\''s' --auth-pass PASSWORD" in page.text
    assert command not in edited(admin, info, metadata="x").text


def test_refuses_whoever_must_not(
    guarded: Callable[..., None], livekit: Ask, make_trunk: Make
) -> None:
    info = make_trunk()
    guarded(path_of(info, "edit"), name="not allowed", numbers="+15550001234")
    assert kept(livekit, info.sip_trunk_id) == info
