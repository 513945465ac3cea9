"""Muting and unmuting several: /rooms/{room}/participants/-/mute and …/unmute."""

from collections.abc import Callable

from app.text.paths import participant_path
from dev.participants import Crowd
from tests.routes.asked import Ask, muted, people
from tests.routes.conftest import Join
from tests.routes.rooms.many import chosen, confirm, named, path
from tests.routes.rooms.test_participant_unmute import bare_crowd as bare_crowd
from tests.support.visitor import Visitor
from tests.support.waiting import until


def test_exactly_the_microphones_shown_are_muted(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    ada = join(room, "ada", name="Ada L.", audio=True, video=True)
    bob = join(room, "bob", audio=True)
    join(room, "cyd", audio=True)
    join(room, "dora")
    mute = path(room, "mute")
    page = admin.post(mute, **chosen(["dora", "bob", "ada"]))
    assert "Mute 2 participants?" in page.text
    assert named(page) == ["Ada L.", "bob"]
    for one in (ada, bob):
        assert one.track_sids["microphone"] in page.text
    assert ada.track_sids["camera"] not in page.text
    assert "No microphone that is on, so nothing is done: dora ." in page.text
    assert not any(map(any, (muted(livekit, room, who) for who in ("ada", "bob"))))
    done = confirm(admin, page, mute)
    assert "2 of 2 participants muted" in done.text
    states = {t.sid: t.muted for t in people(livekit, room)["ada"].tracks}
    assert states == {ada.track_sids["microphone"]: True, ada.track_sids["camera"]: False}
    assert (muted(livekit, room, "bob"), muted(livekit, room, "cyd")) == ([True], [False])

    unmute = path(room, "unmute")
    page = admin.post(unmute, **chosen(["ada", "bob", "cyd"]))
    assert "Unmute 2 participants?" in page.text
    assert "room.enable_remote_unmute" in page.text
    assert "2 of 2 participants asked to unmute" in confirm(admin, page, unmute).text
    until(lambda: muted(livekit, room, "bob") == [False])


def test_all_that_match(admin: Visitor, livekit: Ask, room: str, join: Join) -> None:
    for who in ("guest 2", "guest 10", "host"):
        join(room, who, audio=True)
    page = admin.post(path(room, "mute"), scope="matching", q="GUEST", publishing="microphone")
    assert named(page) == ["guest 2", "guest 10"]
    assert "2 of 2 participants muted" in confirm(admin, page, path(room, "mute")).text
    assert muted(livekit, room, "host") == [False]
    none = admin.post(path(room, "mute"), scope="matching", q="guest")
    assert "Nobody who was selected has a microphone that is on." in none.text


def test_what_changed_meanwhile_is_asked_again(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    ada, _ = join(room, "ada", audio=True), join(room, "bob", audio=True)
    page = admin.post(path(room, "mute"), **chosen(["ada", "bob"]))
    mute_one = participant_path(room, "ada", "mute")
    admin.post(mute_one, track=ada.track_sids["microphone"])
    again = confirm(admin, page, path(room, "mute"))
    assert again.status == 409
    assert "Mute 1 participant?" in again.text
    assert muted(livekit, room, "bob") == [False]
    assert "1 of 1 participant muted" in confirm(admin, again, path(room, "mute")).text
    assert muted(livekit, room, "bob") == [True]


def test_a_server_that_does_not_allow_it_says_so_for_each(bare: Visitor, bare_crowd: Crowd) -> None:
    for who in ("ada", "bob"):
        one = bare_crowd.join("hushed", who, audio=True)
        bare.post(participant_path("hushed", who, "mute"), track=one.track_sids["microphone"])
    page = bare.post(path("hushed", "unmute"), **chosen(["ada", "bob"]))
    done = confirm(bare, page, path("hushed", "unmute"))
    assert "0 of 2 participants asked to unmute" in done.text
    assert done.text.count("only participants themselves can unmute their tracks") == 2


def test_refuses_what_it_must(
    guarded: Callable[..., None], livekit: Ask, room: str, join: Join
) -> None:
    join(room, "ada", audio=True)
    for action in ("mute", "unmute"):
        guarded(path(room, action), form=False, who="ada")
    assert muted(livekit, room, "ada") == [False]
