"""Between an edit of a rule and its replace: what is asked, and what happened meanwhile."""

from collections.abc import Callable
from typing import Any

import pytest
from livekit import api

from tests.routes.asked import Ask, phone_number
from tests.routes.filled import filled
from tests.routes.sip.rules import FULL, KEY, PIN, edited, kept, path_of, saved, without_times
from tests.routes.sip.test_trunks_ask import shown
from tests.routes.sip.trunks import confirmed
from tests.support.visitor import Visitor

Make = Callable[..., Any]


@pytest.fixture
def full(make_dispatch_rule: Make) -> Any:
    """A rule with everything that one can have."""
    return make_dispatch_rule(**FULL)


def now(livekit: Ask, info: Any) -> Any:
    """Return the rule as LiveKit has it by now, without its times."""
    return without_times(kept(livekit, info.sip_dispatch_rule_id))


def test_old_and_new_are_shown_and_no_secret(admin: Visitor, livekit: Ask, full: Any) -> None:
    egress = filled(admin.get(path_of(full, "edit")))["egress"].replace("calls/", "other/")
    page = edited(admin, full, name="another", pin="909090", callers="", egress=egress)
    told = shown(page)
    assert told["Name"] == f"{full.name} → another"
    assert told["Inbound numbers"] == "+15557654321 anonymous → nothing"
    assert told["Rule: dispatch rule individual: pin"] == "changed"
    assert PIN not in page.html
    assert KEY not in page.html
    assert kept(livekit, full.sip_dispatch_rule_id) == full
    admin.follow(confirmed(admin, page, path_of(full, "edit")))
    output = now(livekit, full).room_config.egress.room.file_outputs[0]
    assert (output.filepath, output.s3.secret) == ("other/{room_name}", KEY)
    assert now(livekit, full).rule.dispatch_rule_individual.pin == "909090"


def test_trunks_are_named_where_they_change(
    admin: Visitor, make_trunk: Make, make_dispatch_rule: Make
) -> None:
    trunk, other = make_trunk(name="Main line"), make_trunk(name="Second line")
    info = make_dispatch_rule(trunk_ids=[trunk.sip_trunk_id])
    told = shown(edited(admin, info, trunks=other.sip_trunk_id))
    before, after = (f"{each.name} {each.sip_trunk_id}" for each in (trunk, other))
    assert told["Trunk ids"] == f"{before} → {after}"


@pytest.mark.parametrize("view", ["form", "json"])
def test_no_page_has_the_pin_or_a_key(
    admin: Visitor, reader: Visitor, full: Any, view: str
) -> None:
    paths = [path_of(full), path_of(full, f"edit?view={view}"), path_of(full, "delete")]
    pages = [admin.get(path) for path in paths] + [reader.get(paths[0])]
    pages.append(edited(admin, full, to="json"))
    pages.append(edited(admin, full, tags="[]"))
    assert [page.status for page in pages] == [200] * 5 + [422]
    for page in pages:
        assert PIN not in page.html
        assert KEY not in page.html


def test_what_it_will_be_is_warned_of_before_it_is_saved(
    admin: Visitor, livekit: Ask, make_dispatch_rule: Make
) -> None:
    info = make_dispatch_rule(numbers=["+15550001111"])
    asked = edited(admin, info, called="")
    assert "Anyone can join" in asked.text
    assert kept(livekit, info.sip_dispatch_rule_id) == info


def test_what_somebody_else_changed_meanwhile_stays(
    admin: Visitor, livekit: Ask, full: Any
) -> None:
    mine = filled(admin.get(path_of(full, "edit"))) | {"name": "mine"}
    json_ = filled(admin.get(path_of(full, "edit?view=json")))
    saved(admin, full, metadata="theirs", max_participants="9", pin="7")
    asked = admin.send(path_of(full, "edit"), mine)
    assert list(shown(asked)) == ["Name"]
    admin.follow(confirmed(admin, asked, path_of(full, "edit")))
    json_["definition"] = json_["definition"].replace('"departure_timeout": 30', "", 1)
    json_["definition"] = json_["definition"].replace('"empty_timeout": 60,\n    ,', "", 1)
    asked = admin.send(path_of(full, "edit"), json_)
    assert set(shown(asked)) == {
        "Room config: empty timeout",
        "Room config: departure timeout",
    }
    admin.follow(confirmed(admin, asked, path_of(full, "edit")))
    info = now(livekit, full)
    assert (info.name, info.metadata, info.room_config.max_participants) == ("mine", "theirs", 9)
    assert (info.rule.dispatch_rule_individual.pin, info.room_config.empty_timeout) == ("7", 0)


def test_one_that_changed_after_the_question_is_asked_about_again(
    admin: Visitor, livekit: Ask, full: Any
) -> None:
    asked = edited(admin, full, name="mine")
    saved(admin, full, metadata="theirs")
    late = confirmed(admin, asked, path_of(full, "edit"))
    assert late.status == 409
    assert "It has changed since this was shown." in late.text
    assert admin.send(path_of(full, "edit"), filled(late)).status == 303
    assert (now(livekit, full).name, now(livekit, full).metadata) == ("mine", "theirs")


def test_a_rule_that_is_deleted_under_the_form(
    admin: Visitor, livekit: Ask, make_dispatch_rule: Make
) -> None:
    info = make_dispatch_rule()
    asked = edited(admin, info, name="too late", pin="818181")
    request = api.DeleteSIPDispatchRuleRequest(sip_dispatch_rule_id=info.sip_dispatch_rule_id)
    livekit("sip.delete_dispatch_rule", request)
    late = confirmed(admin, asked, path_of(info, "edit"))
    assert late.status == 404
    assert f"There is no dispatch rule {info.sip_dispatch_rule_id}, or it was deleted" in late.text
    assert "too late" in late.text
    covered = {area["name"] for area in late.all("textarea") if "covered" in area["class"]}
    assert "pin" in covered
    assert kept(livekit, info.sip_dispatch_rule_id) is None


def test_refuses_whoever_must_not(
    guarded: Callable[..., None], livekit: Ask, make_dispatch_rule: Make
) -> None:
    info = make_dispatch_rule()
    guarded(path_of(info, "edit"), name="not allowed", called=phone_number())
    assert kept(livekit, info.sip_dispatch_rule_id) == info
