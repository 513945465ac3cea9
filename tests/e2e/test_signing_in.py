"""Signing in as a browser does, by HTTP Basic, and out again."""

from urllib.parse import quote

from playwright.sync_api import Page, expect

from app.text.paths import room_path
from tests.e2e.conftest import Join, OpenPage
from tests.e2e.people import act
from tests.e2e.watch import Watch
from tests.support.dashboard import PASSWORD, Dashboard


def test_the_browser_is_asked_and_signs_in(open_page: OpenPage) -> None:
    credentials = {"username": "admin", "password": PASSWORD}
    page = open_page("/", http_credentials=credentials, extra_http_headers={})
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    page.get_by_role("link", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your session has ended")
    assert page.get_by_role("navigation").count() == 0
    page.get_by_role("link", name="Sign in again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")


def test_a_wrong_password_shows_a_page_that_says_so(open_page: OpenPage, watch: Watch) -> None:
    wrong = {"username": "admin", "password": "wrong"}
    page = open_page("/rooms", http_credentials=wrong, extra_http_headers={})
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to see this page")
    assert page.get_by_role("navigation").count() == 0
    assert page.locator("input[name=csrf]").count() == 0
    page.get_by_role("button", name="Theme:").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    watch.expect_status(401)


def everything_works(page: Page) -> None:
    """Search, open a form, and mute somebody, from the page of a room."""
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Search")).to_be_visible()
    page.keyboard.press("Escape")
    act(page, "New ingress")
    expect(page.get_by_role("dialog").locator("form[data-form]")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    page.get_by_role("link", name="Details of").click()
    page.get_by_role("button", name="Mute", exact=True).click()
    expect(page.get_by_role("button", name="Unmute", exact=True)).to_be_visible()


def test_a_deep_link_may_be_the_first_page(open_page: OpenPage, room: str, join: Join) -> None:
    # browsers send credentials unasked only below the folder of the first page, here /rooms/
    join(room, "ada", audio=True)
    credentials = {"username": "admin", "password": PASSWORD}
    page = open_page(room_path(room), http_credentials=credentials, extra_http_headers={})
    expect(page.get_by_role("heading", level=1)).to_have_text(room)
    everything_works(page)


def test_a_bookmark_may_hold_the_credentials(
    open_page: OpenPage, quick: Dashboard, room: str, join: Join
) -> None:
    join(room, "ada", audio=True)
    page = open_page(at=quick.url, extra_http_headers={})
    origin = quick.url.replace("://", f"://admin:{quote(PASSWORD, safe='')}@")
    page.goto(f"{origin}{room_path(room)}")
    with page.expect_response(lambda response: "partial=1" in response.url) as refresh:
        pass
    assert refresh.value.status in {200, 304}
    everything_works(page)
    expect(page.locator("#stale")).to_be_hidden()
