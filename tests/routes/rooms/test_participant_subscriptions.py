"""Subscribing a participant to tracks: /rooms/{room}/participants/{identity}/subscriptions."""

from collections.abc import Callable

from app.text.paths import participant_path, room_path
from dev.participants import Crowd, Participant
from tests.routes.conftest import Join
from tests.routes.filled import filled
from tests.support.visitor import Visitor
from tests.support.waiting import until


def heard(crowd: Crowd, ear: Participant) -> set[str]:
    """Return the SIDs of the tracks whose media arrives; the SDK reports no unsubscribing."""

    async def packets() -> dict[str, int]:
        others = ear.room.remote_participants.values()
        tracks = [track for other in others for track in other.track_publications.values()]
        stats = {t.sid: await t.track.get_stats() for t in tracks if t.track}
        return {
            sid: sum(one.inbound_rtp.received.packets_received for one in found)
            for sid, found in stats.items()
        }

    return {sid for sid, number in crowd.wait_for(packets()).items() if number}


def test_subscribes_to_the_chosen_tracks_and_back(
    admin: Visitor, crowd: Crowd, room: str, join: Join
) -> None:
    ear = join(room, "ear")
    ada = join(room, "ada", name="Ada", audio=True, screen=True)
    bob = join(room, "bob", audio=True, tracks_named="<i>bob's</i>")
    path = participant_path(room, "ear", "subscriptions")
    page = admin.get(path)
    assert "Ada ada microphone, TR_" in page.text
    assert f"microphone, {bob.track_sids['microphone']}, <i>bob's</i>" in page.text
    offered = {box["value"] for box in page.all("input", name="track")}
    assert offered == {*ada.track_sids.values(), *bob.track_sids.values()}
    assert heard(crowd, ear) == set()

    chosen = [ada.track_sids["microphone"], bob.track_sids["microphone"]]
    answer = admin.send(path, filled(page) | {"track": chosen})
    assert answer.location == room_path(room)
    assert "ear: subscribed, 2 tracks." in admin.follow(answer).text
    until(lambda: heard(crowd, ear) == set(chosen))

    for _ in range(2):  # a second click changes nothing
        answer = admin.post(path, track=chosen[:1], what="unsubscribe")
        assert "ear: unsubscribed, 1 track." in admin.follow(answer).text
        until(lambda: heard(crowd, ear) == {chosen[1]})


def test_nobody_to_hear_is_said(admin: Visitor, room: str, join: Join) -> None:
    join(room, "ada", audio=True)
    join(room, "silent")
    page = admin.get(participant_path(room, "ada", "subscriptions"))
    assert page.status == 200
    assert "No other participant publishes a track in this room." in page.text
    assert not page.all("input", name="track")


def test_nothing_chosen_is_422_and_the_rest_is_kept(admin: Visitor, room: str, join: Join) -> None:
    ear, ada = join(room, "ear"), join(room, "ada", audio=True)
    path = participant_path(room, "ear", "subscriptions")
    page = admin.post(path, what="unsubscribe")
    assert page.status == 422
    assert "Choose at least one track." in page.text
    assert filled(page)["what"] == "unsubscribe"
    sid = ada.track_sids["microphone"]
    page = admin.post(path, what="listen", track=sid)
    assert page.status == 422
    assert filled(page)["track"] == sid
    assert ear.subscribed == set()


def test_who_left_is_404_at_once(admin: Visitor, room: str) -> None:
    path = participant_path(room, "ear", "subscriptions")
    assert admin.get(path).status == 404
    page = admin.post(path, track="TR_x")
    assert page.status == 404
    assert "UpdateSubscriptions" not in page.calls  # LiveKit would answer that only after 3 s


def test_refuses_what_it_must(guarded: Callable[..., None], room: str, join: Join) -> None:
    ear, ada = join(room, "ear"), join(room, "ada", audio=True)
    guarded(participant_path(room, "ear", "subscriptions"), track=ada.track_sids["microphone"])
    assert ear.subscribed == set()
