"""Signing in as a browser does, by HTTP Basic, and out again."""

from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage
from tests.e2e.watch import Watch
from tests.support.dashboard import PASSWORD


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
