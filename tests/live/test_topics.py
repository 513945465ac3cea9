"""Topics: however many and however long, what is remembered of them is bounded."""

import pytest

from app.live.hub import Hub, Subscription
from app.live.topics import EVERYTHING, MOST, bounded, named_only_in
from tests.support.stores import run_apart


def test_many_names_become_their_areas() -> None:
    few = {f"room:{number}" for number in range(MOST)}
    assert bounded(few) == few
    assert bounded(few | {"egress:EG_1"}) == {"room", "egress"}
    assert bounded({f"area{number}" for number in range(MOST + 1)}) == {EVERYTHING}


def test_a_million_topics_do_not_grow_a_subscription() -> None:
    subscription = Subscription()
    for start in range(0, 1_000_000, 1000):
        subscription.add([f"room:{number}" for number in range(start, start + 1000)])
    assert run_apart(subscription.take) == {"room"}


@pytest.mark.parametrize(
    ("areas", "shown"),
    [
        ({"room"}, {"rooms", "room:a:b", "egress"}),
        ({"egress"}, {"rooms", "room", "egress:EG_1"}),
        (set(), {"rooms", "room", "egress"}),
    ],
)
def test_names_are_shown_in_these_areas_only(areas: set[str], shown: set[str]) -> None:
    assert named_only_in(["rooms", "room:a:b", "egress:EG_1"], areas) == shown


def test_what_is_delivered_here_does_not_leave() -> None:
    hub = Hub()
    with hub.subscribed() as here, hub.leaving() as others:
        hub.deliver({"rooms"})
        hub.publish({"egress"})
        assert run_apart(here.take) == {"rooms", "egress"}
        assert run_apart(others.take) == {"egress"}
    hub.publish({"calls"})  # to nobody
