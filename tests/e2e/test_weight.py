"""What a page weighs on the wire: docs/benchmarks.md has the figures, this holds the limits."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Request, expect

from tests.e2e.conftest import OpenPage
from tests.support.dashboard import Dashboard

FIRST_LOAD = 140_000
REFRESH = 6_000
ROWS = 50


def test_first_load_and_refresh_of_the_list(
    open_page: OpenPage, quick: Dashboard, make_room: Callable[..., str]
) -> None:
    for number in range(ROWS):
        make_room(f"weight-{number:02}", metadata='{"team": "media", "shift": "night"}')
    page = open_page(at=quick.url, fresh=True)
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def sent(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["request"]["url"]

    def came(event: dict[str, Any]) -> None:
        url = addresses.get(event["requestId"], "")
        sizes.setdefault(url, int(event["encodedDataLength"]))

    def changed(request: Request) -> bool:
        answer = request.response() if "partial=1" in request.url else None
        return answer is not None and answer.status == 200

    wire.on("Network.requestWillBeSent", sent)
    wire.on("Network.loadingFinished", came)
    page.goto("/rooms?q=weight-")
    page.wait_for_load_state("networkidle")
    expect(page.locator("tbody tr")).to_have_count(ROWS)
    with page.expect_event("requestfinished", changed):
        make_room("weight-00-too")
    page.wait_for_function("() => true")  # whatever the browser told before this has come
    polls = {url: size for url, size in sizes.items() if "partial=1" in url}
    first = {url: size for url, size in sizes.items() if url not in polls}
    assert len(first) > 10, first
    assert sum(first.values()) < FIRST_LOAD, first
    assert polls
    assert all(size < REFRESH for size in polls.values()), polls


def test_icons_are_drawn(open_page: OpenPage) -> None:
    page = open_page("/rooms")
    icon = page.locator(".nav-item-link .icon").first
    # the sprite's symbol is cloned into a shadow tree: a box of its own shows that it was found
    box = icon.locator("use").bounding_box()
    assert box
    assert box["width"] > 4
    assert box["height"] > 4


def test_the_favicon_is_there(open_page: OpenPage) -> None:
    page = open_page("/")
    href = page.locator('link[rel="icon"]').get_attribute("href")
    assert href
    answer = page.request.get(href)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("image/svg+xml")
