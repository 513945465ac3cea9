"""Muting all tracks: /rooms/{room}/participants/{identity}/mute-all."""

from collections.abc import Callable

from app.text.paths import participant_path, room_path
from tests.routes.asked import Ask, muted
from tests.routes.conftest import Join
from tests.support.visitor import Visitor
from tests.support.waiting import until


def test_mutes_what_is_not_muted_yet_and_counts_it(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    ada, bob = join(room, "ada", audio=True, screen=True), join(room, "bob", audio=True)
    path = participant_path(room, "ada")
    page = admin.follow(admin.post(f"{path}/mute-all"))
    assert "ada: 2 tracks muted." in page.text
    until(lambda: set(ada.muted.values()) == {True})
    assert muted(livekit, room, "ada") == [True, True]
    assert bob.muted == {"microphone": False}

    admin.post(f"{path}/unmute", track=ada.track_sids["microphone"])
    until(lambda: sorted(muted(livekit, room, "ada")) == [False, True])
    assert "ada: 1 track muted." in admin.follow(admin.post(f"{path}/mute-all")).text


def test_a_second_click_says_that_nothing_was_left(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    join(room, "ada", audio=True)
    path = participant_path(room, "ada", "mute-all")
    assert "1 track muted" in admin.follow(admin.post(path)).text
    page = admin.follow(admin.post(path))
    assert "ada has no unmuted tracks." in page.text
    assert page.all("div", class_="notice warn")
    assert muted(livekit, room, "ada") == [True]


def test_is_offered_only_for_who_publishes(admin: Visitor, room: str, join: Join) -> None:
    join(room, "ada", audio=True)
    join(room, "bob")
    page = admin.get(room_path(room))
    assert page.all("button", formaction=participant_path(room, "ada", "mute-all"))
    assert not page.all("button", formaction=participant_path(room, "bob", "mute-all"))
    assert (
        "bob has no unmuted tracks."
        in admin.follow(admin.post(participant_path(room, "bob", "mute-all"))).text
    )


def test_refuses_what_it_must(
    guarded: Callable[..., None], livekit: Ask, room: str, join: Join
) -> None:
    join(room, "ada", audio=True)
    guarded(participant_path(room, "ada", "mute-all"), form=False)
    assert muted(livekit, room, "ada") == [False]
