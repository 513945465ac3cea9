"""Dialing out: odd names, who may not, and links that fill the form."""

from collections.abc import Callable

import pytest

from tests.routes.asked import DIAL, ODD, Ask, people, phone_number
from tests.routes.filled import filled
from tests.support.visitor import Visitor


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_rooms_and_names(
    admin: Visitor, outbound_trunk: str, livekit: Ask, make_room: Callable[..., str], odd: str
) -> None:
    make_room(odd)
    fields = {
        "to": phone_number(),
        "trunk": outbound_trunk,
        "room": odd,
        "identity": odd,
        "name": odd,
    }
    page = admin.follow(admin.send(DIAL, filled(admin.get(DIAL)) | fields))
    assert page.status == 200
    assert "<script>alert" not in page.html
    assert people(livekit, odd)[odd].name == odd


def test_refuses_whoever_must_not(
    guarded: Callable[..., None], outbound_trunk: str, room: str
) -> None:
    guarded(DIAL, to="+15550001234", trunk=outbound_trunk, room=room, name="typed in vain")


def test_links_fill_the_form(admin: Visitor, outbound_trunk: str) -> None:
    fields = filled(admin.get(f"{DIAL}?room=R%26D&to=%2B1555&trunk={outbound_trunk}"))
    assert (fields["room"], fields["to"], fields["trunk"]) == ("R&D", "+1555", outbound_trunk)
