"""Breadcrumbs: each detail page names the page above it, and leads there."""

from collections.abc import Iterator

import pytest

from app.text.paths import (
    call_path,
    dispatch_path,
    egress_path,
    ingress_path,
    participant_path,
    room_path,
    sip_path,
)
from dev.stack import Stack
from tests.routes.conftest import Join
from tests.routes.participants.test_page import crumbs
from tests.support.visitor import Visitor
from tests.support.world import World, world

NAME = "<i>crumb</i> & a/b"


@pytest.fixture
def there(stack: Stack, room: str) -> Iterator[World]:
    """One of everything, with markup in its name."""
    with world(stack, room, NAME) as made:
        yield made


def test_each_detail_page_leads_to_its_list(admin: Visitor, there: World, join: Join) -> None:
    join(there.room, NAME, kind="sip", name=NAME)
    room = room_path(there.room)
    trails = {
        room: ["/rooms"],
        room_path(there.room, "watch"): ["/rooms", room],
        participant_path(there.room, NAME): ["/rooms", room],
        egress_path(there.job): ["/egress"],
        ingress_path(there.ingress): ["/ingress"],
        call_path(there.room, NAME): ["/sip/calls"],
        sip_path("trunks", there.trunk): ["/sip/trunks"],
        sip_path("rules", there.rule): ["/sip/rules"],
        dispatch_path(there.room, there.dispatch): ["/agents"],
    }
    for path, trail in trails.items():
        page = admin.get(path)
        assert page.status == 200, path
        assert crumbs(page) == trail, path
        assert page.all("li", **{"aria-current": "page"}), path
        assert page.all("i") == [], path
        for above in trail:
            assert admin.get(above).status == 200, above
