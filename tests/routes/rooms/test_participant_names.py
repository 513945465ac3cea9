"""Identities that are hard on addresses, headers and HTML, through every participant action."""

from collections.abc import Iterator

import pytest

from app.text.formatters import visible
from app.text.paths import participant_path, room_path, segment
from dev.participants import Crowd, Participant
from dev.stack import Stack
from tests.routes.asked import ODD, Ask, end_room, muted, people
from tests.routes.filled import filled
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

ROOM = "../a?b#c%2F<script>alert(2)</script>"


@pytest.fixture(scope="module")
def odd_ones(crowd: Crowd, stack: Stack) -> Iterator[dict[str, Participant]]:
    """A room, oddly named too, with everybody of ODD in it."""
    there = crowd.join_all(ROOM, ODD.values(), audio=True)
    yield dict(zip(ODD.values(), there, strict=True))
    end_room(stack, crowd, ROOM, there)


def escaped(page: Seen) -> Seen:
    """Return the page, once nothing of the names became markup."""
    assert "<script>alert" not in page.html
    assert not [tag for tag, _ in page.tags if tag == "script" and "alert" in tag]
    return page


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_every_action_reaches_just_that_participant(
    admin: Visitor, livekit: Ask, odd_ones: dict[str, Participant], odd: str
) -> None:
    who, path = odd_ones[odd], participant_path(ROOM, odd)
    others = {identity: p for identity, p in odd_ones.items() if identity != odd and p.connected}

    page = escaped(admin.get(room_path(ROOM)))
    assert page.all("tr", id=who.sid)
    forms = ("edit", "remove", "permissions", "subscriptions", "send")
    links = {a.get("href") for a in page.all("a")}
    assert {f"{path}/{form}" for form in forms} <= links
    for form in forms:
        assert visible(odd) in escaped(admin.get(f"{path}/{form}")).text

    sid = who.track_sids["microphone"]
    assert visible(odd) in escaped(admin.follow(admin.post(f"{path}/mute", track=sid))).text
    assert muted(livekit, ROOM, odd) == [True]
    admin.follow(admin.post(f"{path}/unmute", track=sid))
    until(lambda: muted(livekit, ROOM, odd) == [False])
    assert f"{visible(odd)}: 1 track muted." in admin.follow(admin.post(f"{path}/mute-all")).text

    fields = filled(admin.get(f"{path}/edit")) | {
        "name": f"[{odd[:60]}]",
        "attributes": '{"k": "v"}',
    }
    assert (
        f"{visible(odd)} was saved."
        in escaped(admin.follow(admin.send(f"{path}/edit", fields))).text
    )
    known = people(livekit, ROOM)
    assert (known[odd].name, dict(known[odd].attributes)) == (f"[{odd[:60]}]", {"k": "v"})

    fields = filled(admin.get(f"{path}/permissions")) | {"can_update_metadata": "on"}
    assert visible(odd) in escaped(admin.follow(admin.send(f"{path}/permissions", fields))).text
    assert people(livekit, ROOM)[odd].permission.can_update_metadata

    tracks = [t["value"] for t in admin.get(f"{path}/subscriptions").all("input", name="track")]
    assert sid not in tracks
    if tracks:
        assert (
            visible(odd) in admin.follow(admin.post(f"{path}/subscriptions", track=tracks[0])).text
        )

    sent = admin.follow(admin.post(f"{path}/send", payload=odd, topic=odd))
    assert f"bytes were sent to {visible(odd)}." in escaped(sent).text
    until(lambda: who.received == [(odd, odd.encode())])

    assert (
        f"{visible(odd)} was removed." in escaped(admin.follow(admin.post(f"{path}/remove"))).text
    )
    assert set(people(livekit, ROOM)) == set(others)
    until(lambda: not who.connected)
    for identity, other in others.items():
        assert other.connected, identity
        assert other.received == []


def test_addresses_that_are_no_name_are_4xx(admin: Visitor, room: str) -> None:
    for part in ("~!", "~gA", segment(" "), "~" + "A" * 30_000):
        for action in ("remove", "edit", "send"):
            path = f"/rooms/{room}/participants/{part}/{action}"
            assert 400 <= admin.get(path).status < 500
            assert 400 <= admin.post(path, payload="x").status < 500
