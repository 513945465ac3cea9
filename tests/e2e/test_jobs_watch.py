"""Job: somebody says that video is bad. Look at it."""

from playwright.sync_api import expect

from tests.e2e.clicks import Clicks
from tests.e2e.conftest import Join, OpenPage
from tests.e2e.test_watch_room import NOT_TOLD, PATIENCE_MS, SIGNING_IN, plays, tile


def test_see_a_room_and_its_quality(open_page: OpenPage, room: str, join: Join) -> None:
    join(room, "ada", name="Ada", audio=True, video=True)
    page = open_page(**SIGNING_IN)
    clicks = Clicks(page)
    page.goto(f"/rooms?q={room}")
    page.get_by_role("link", name=room, exact=True).click()
    page.locator(".page-head").get_by_role("link", name="Watch").click()
    page.get_by_role("button", name="Start watching").click()
    plays(page, "ada")
    for figure in ("loss", "jitter", "trip"):
        value = tile(page, "ada").locator(f"[data-kind=video] [data-figure={figure}] [data-value]")
        expect(value).not_to_have_text(NOT_TOLD, timeout=PATIENCE_MS)
    expect(tile(page, "ada").locator("[data-quality]")).not_to_have_text(
        "Measuring…", timeout=PATIENCE_MS
    )
    assert clicks.count == 3
    page.get_by_role("button", name="Stop").click()
