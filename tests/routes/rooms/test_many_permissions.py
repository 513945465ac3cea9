"""The permissions of several: /rooms/{room}/participants/-/permissions."""

from collections.abc import Callable
from typing import Any

from structlog.testing import capture_logs

from tests.routes.asked import Ask, people
from tests.routes.conftest import Join
from tests.routes.filled import marked, reason
from tests.routes.rooms.many import chosen, confirm, named, path
from tests.support.visitor import Visitor


def may(livekit: Ask, room: str, who: str) -> Any:
    """Return what a participant may do."""
    return people(livekit, room)[who].permission


def test_what_is_chosen_is_set_and_all_else_stays(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    sources = {"can_publish": True, "can_publish_sources": ["microphone"]}
    join(room, "narrow", grants=sources | {"can_subscribe": False, "can_publish_data": True})
    join(room, "plain")
    join(room, "other")
    permit = path(room, "permissions")
    page = admin.post(permit, **chosen(["plain", "narrow"]))
    assert "Permissions of 2 participants" in page.text
    assert "Each participant keeps what is left unchanged here, its allowed sources" in page.text
    assert named(page) == ["narrow", "plain"]
    before = {who: may(livekit, room, who) for who in ("narrow", "plain", "other")}
    done = confirm(admin, page, permit, can_publish_data="no", can_update_metadata="yes")
    assert "2 of 2 participants updated" in done.text
    for who in ("narrow", "plain"):
        before[who].can_publish_data, before[who].can_update_metadata = False, True
    assert {who: may(livekit, room, who) for who in before} == before
    assert may(livekit, room, "narrow").can_publish_sources
    assert not may(livekit, room, "narrow").can_subscribe


def test_choosing_nothing_is_said_at_the_field(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    join(room, "ada")
    before = may(livekit, room, "ada")
    page = admin.post(path(room, "permissions"), scope="matching")
    wrong = confirm(admin, page, path(room, "permissions"))
    assert (wrong.status, marked(wrong)) == (422, ["can_subscribe"])
    assert "Choose at least one permission" in reason(wrong, "can_subscribe")
    assert named(wrong) == ["ada"]
    assert may(livekit, room, "ada") == before
    right = confirm(admin, wrong, path(room, "permissions"), can_publish="no")
    assert "1 of 1 participant updated" in right.text
    assert not may(livekit, room, "ada").can_publish


def test_the_audit_distinguishes_the_form_from_the_act(
    admin: Visitor, room: str, join: Join
) -> None:
    join(room, "ada")
    with capture_logs() as lines:
        page = admin.post(path(room, "permissions"), **chosen(["ada"]))
        confirm(admin, page, path(room, "permissions"), can_publish="no")
    done = ("done", "participants.permit")
    asked, act = (line for line in lines if (line["event"], line.get("action")) == done)
    assert asked["asked"]
    assert "participants" not in asked
    assert "asked" not in act
    assert act["permissions"] == {"can_publish": False}
    assert act["participants"] == {"ada": "updated"}


def test_who_left_meanwhile_is_not_acted_on(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    ada, _ = join(room, "ada"), join(room, "bob")
    page = admin.post(path(room, "permissions"), **chosen(["ada", "bob"]))
    ada.leave()
    done = confirm(admin, page, path(room, "permissions"), can_publish="no")
    assert "participant updated" in done.text or "participants updated" in done.text
    assert not may(livekit, room, "bob").can_publish


def test_refuses_what_it_must(
    guarded: Callable[..., None], livekit: Ask, room: str, join: Join
) -> None:
    join(room, "ada")
    guarded(path(room, "permissions"), who="ada", asked="1", can_publish="no")
    assert may(livekit, room, "ada").can_publish
