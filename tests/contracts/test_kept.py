"""With CACHE_SECONDS, pages that refresh take what was kept and say so; nothing else does."""

from collections.abc import Callable

import pytest

from app.security.guards import Guard
from app.text.paths import room_path
from tests.contracts.surface import Place
from tests.support.dashboard import Dashboard
from tests.support.visitor import Visitor


@pytest.fixture(scope="module")
def keeping(start_dashboard: Callable[..., Dashboard]) -> Visitor:
    """A visitor of a dashboard that caches answers for a minute."""
    return start_dashboard(cache_seconds=60).visitor()


def refreshes(keeping: Visitor, path: str) -> bool:
    """Return whether the page refreshes itself; then its second answer is cached."""
    first, second = keeping.get(path), keeping.get(path)
    live = next(iter(first.all("div", id="live")), {})
    if "data-hx-get" not in live or first.status == 404:
        return False
    # the clock is measured each time: an old date says nothing about it
    kept = [call for call in second.calls if call != "Health"]
    if not kept:  # all that it shows is in the store, or in this process
        assert second.age == 0, path
        return False
    assert second.headers["server-timing"].count("desc=kept") == len(kept) > 0, path
    assert 0 < second.age < 60, path
    assert keeping.get(live["data-hx-get"]).age > 0, path
    assert second.all("span", **{"data-age": "", "hidden": ""}) == [], path
    return True


def test_pages_that_refresh_take_it_and_nothing_else_does(
    keeping: Visitor, surface: list[Place], make_room: Callable[..., str]
) -> None:
    assert refreshes(keeping, room_path(make_room()))
    refreshed = set()
    for place in surface:
        guard = place.guards.get("GET")
        if not isinstance(guard, Guard):
            continue
        if refreshes(keeping, place.path):
            refreshed.add(place.template)
        elif (page := keeping.get(place.path)).status == 200:
            assert page.age == 0, place.path
    assert {"/", "/rooms", "/egress", "/ingress", "/agents", "/sip/calls"} <= refreshed


def test_health_asks_again(keeping: Visitor) -> None:
    for _ in range(2):
        assert keeping.get("/health?deep=1").age == 0


def test_a_change_shows_at_once(keeping: Visitor) -> None:
    name = "kept-or-not"
    for _ in range(2):
        keeping.get("/rooms?per_page=200")
    keeping.post("/rooms/-/new", name=name)
    page = keeping.get("/rooms?per_page=200")
    assert (name in page.text, page.age) == (True, 0)
    keeping.post(f"/rooms/{name}/delete")
    page = keeping.get("/rooms?per_page=200")
    assert (page.all("a", href=f"/rooms/{name}"), page.age) == ([], 0)
