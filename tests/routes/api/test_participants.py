"""/api/v1/…/participants: who is in the rooms, removing and muting them."""

from collections.abc import Callable
from typing import Any

from app.text.paths import segment
from tests.routes.api.conftest import call, items, problem
from tests.routes.asked import Ask, people
from tests.routes.conftest import Join
from tests.support.visitor import Visitor
from tests.support.waiting import until

HOSTILE = "a/b <b>&'\" \u202etxt.exe"


def test_a_room_lists_them_by_identity(root: Visitor, room: str, join: Join) -> None:
    for identity in (HOSTILE, "zoe", "ada"):
        join(room, identity, audio=identity == "ada", name=f"Name of {identity}")
    path = f"/rooms/{room}/participants"
    for limit in (1, 2, 50):
        found = items(root, path, limit=limit)
        assert [who["identity"] for who in found] == sorted([HOSTILE, "ada", "zoe"])
    ada = next(who for who in found if who["identity"] == "ada")
    assert (ada["room"], ada["kind"], ada["state"]) == (room, "standard", "active")
    assert [(track["what"], track["muted"]) for track in ada["tracks"]] == [("microphone", False)]
    assert ada["joined"].endswith("Z")
    assert [who["identity"] for who in items(root, path, publishing="microphone")] == ["ada"]
    assert items(root, path, q="zoe", kind="sip") == []


def test_all_rooms_are_followed_page_by_page(
    root: Visitor, room: str, join: Join, make_room: Callable[..., str]
) -> None:
    other = make_room()
    join(room, "ada")
    join(other, "ada")
    join(other, "bob")
    wanted = {(room, "ada"), (other, "ada"), (other, "bob")}
    for limit in (1, 200):
        found = [
            (who["room"], who["identity"]) for who in items(root, "/participants", limit=limit)
        ]
        assert wanted <= set(found)
        assert len(found) == len(set(found))
    assert [who["room"] for who in items(root, "/participants", q=other, limit=1)] == [other] * 2


def test_one_has_all_details(root: Visitor, room: str, join: Join) -> None:
    join(room, HOSTILE, metadata="<i>", attributes={"a": "ü"}, video=True)
    found = call(root, "GET", f"/rooms/{room}/participants/{segment(HOSTILE)}").response.json()
    assert (found["identity"], found["metadata"], found["attributes"]) == (
        HOSTILE,
        "<i>",
        {"a": "ü"},
    )
    assert found["permissions"]["can_publish"] is True
    assert [track["kind"] for track in found["tracks"]] == ["video"]


def test_what_isnt_there_is_said(root: Visitor, room: str) -> None:
    assert items(root, f"/rooms/{room}/participants") == []
    for path in ("/rooms/no-such/participants", f"/rooms/{room}/participants/nobody"):
        problem(call(root, "GET", path), 404)
    problem(call(root, "DELETE", f"/rooms/{room}/participants/nobody"), 404)


def test_somebody_is_removed(root: Visitor, room: str, join: Join, livekit: Ask) -> None:
    join(room, HOSTILE)
    path = f"/rooms/{room}/participants/{segment(HOSTILE)}"
    assert call(root, "DELETE", path).status == 204
    until(lambda: HOSTILE not in people(livekit, room))


def test_a_track_is_muted(root: Visitor, stage: dict[str, str], livekit: Ask) -> None:
    path = f"/rooms/{stage['room']}/participants/ada/mute"
    assert call(root, "POST", path, {"track": stage["audio"]}).status == 204

    def muted() -> bool:
        tracks = people(livekit, stage["room"])["ada"].tracks
        return [track.muted for track in tracks if track.sid == stage["audio"]] == [True]

    until(muted)
    assert call(root, "POST", path, {"track": stage["audio"], "muted": False}).status == 204
    until(lambda: not muted())
    problem(call(root, "POST", path, {"track": "TR_nothing"}), 404)
    wrong: list[Any] = [{}, {"track": ""}, {"track": stage["audio"], "muted": "yes"}]
    for body in wrong:
        problem(call(root, "POST", path, body), 422)


def test_who_may_not_is_refused(viewer: Visitor, room: str) -> None:
    path = f"/rooms/{room}/participants/ada"
    for method, place in (("DELETE", path), ("POST", f"{path}/mute")):
        assert "participants.moderate" in problem(call(viewer, method, place, {}), 403)["detail"]
