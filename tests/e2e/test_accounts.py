"""Accounts in a browser: sign in, change the password, end a session, keep a choice."""

import json
import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import OpenPage
from tests.e2e.watch import Watch
from tests.support.dashboard import Dashboard
from tests.support.leaks import LEAKS
from tests.support.people import SECRET, add_person, signed_in
from tests.support.visitor import Visitor
from tests.support.waiting import until

NEW = "quite-Another-9-secret"


@pytest.fixture(scope="module")
def accounts(
    start_dashboard: Callable[..., Dashboard], tmp_path_factory: pytest.TempPathFactory
) -> Dashboard:
    """A dashboard with accounts, whose pages refresh every second."""
    folder = tmp_path_factory.mktemp("store")
    return start_dashboard(database_url=f"sqlite:///{folder}/dashboard.db", refresh_seconds=1)


@pytest.fixture
def person(accounts: Dashboard) -> str:
    """The name of an operator."""
    name = f"mia <b> {secrets.token_hex(4)}"
    add_person(accounts, name, "operator")
    return name


@pytest.fixture
def stranger(open_page: OpenPage, accounts: Dashboard) -> Callable[..., Page]:
    """Opens pages in browsers in which nobody is signed in."""
    return lambda **options: open_page(
        at=accounts.url, extra_http_headers={}, fresh=True, **options
    )


def kept(visitor: Visitor) -> dict[str, str]:
    """Return what the account remembers for scripts."""
    (meta,) = visitor.get("/rooms").all("meta", name="preferences")
    return dict(json.loads(meta["content"]))


def sign_in(page: Page, name: str, password: str = SECRET) -> None:
    """Fill in the form to sign in, send it, and wait until the page that follows is usable."""
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    with page.expect_event("load"):
        page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_signing_in_leads_back_and_signing_out_ends_it(
    stranger: Callable[..., Page], person: str, watch: Watch, scripts: bool
) -> None:
    watch.expect_status(401)
    page = stranger(java_script_enabled=scripts)
    page.goto("/rooms?q=stand")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_text("You'll return to Rooms.")).to_be_visible()
    sign_in(page, person, "wrong-password-1")
    expect(page.get_by_role("alert")).to_contain_text("The name or the password is wrong")
    expect(page.get_by_label("Name", exact=True)).to_have_value(person)
    sign_in(page, person)
    expect(page).to_have_url(re.compile(r"/rooms\?q=stand$"))
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You have signed out.")).to_be_visible()
    page.goto("/rooms")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_ones_own_session_is_marked_on_a_phone(
    stranger: Callable[..., Page], accounts: Dashboard, person: str
) -> None:
    signed_in(accounts, person).close()
    page = stranger(viewport={"width": 390, "height": 800})
    page.goto("/account/sessions")
    sign_in(page, person)
    mark = page.get_by_text("current", exact=True)
    expect(mark).to_be_in_viewport(ratio=1)  # not cut off with the device
    expect(page.get_by_role("button", name="End", exact=True)).to_be_in_viewport(ratio=1)


def test_a_password_is_changed_in_the_dialog(
    stranger: Callable[..., Page], person: str, watch: Watch
) -> None:
    LEAKS.keep(NEW, "a password")
    watch.expect_status(422)
    page = stranger()
    page.goto("/account")
    sign_in(page, person)
    page.get_by_role("link", name="Change password").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Current password").fill(SECRET)
    dialog.get_by_label("New password").fill("short")
    dialog.get_by_role("button", name="Change password").click()
    expect(dialog.get_by_text("Use at least 12 characters.")).to_be_visible()
    dialog.get_by_label("Current password").fill(SECRET)
    dialog.get_by_label("New password").fill(NEW)
    dialog.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("Your password has been changed.")).to_be_visible()


def test_an_open_page_says_that_its_session_has_ended(
    stranger: Callable[..., Page], accounts: Dashboard, person: str, watch: Watch
) -> None:
    page = stranger()
    page.goto("/rooms")
    sign_in(page, person)
    expect(page.get_by_role("heading", name="Rooms")).to_be_visible()
    watch.allow("status of 401")
    elsewhere = signed_in(accounts, person)
    elsewhere.post("/account/sessions/end-others")
    elsewhere.close()
    expect(page.locator("#stale")).to_contain_text("Sign in")
    page.get_by_role("link", name="Reload the page").click()
    expect(page.get_by_text("Your session has ended. Sign in again.")).to_be_visible()


def test_choices_follow_into_another_browser(
    stranger: Callable[..., Page], accounts: Dashboard, person: str
) -> None:
    one, other = stranger(), stranger()
    one.goto("/rooms")
    sign_in(one, person)
    expect(one.get_by_role("heading", name="Rooms")).to_be_visible()
    one.get_by_role("button", name="Theme: auto").click()
    one.locator("#views-menu summary").click()
    one.get_by_label("Name of the view").fill("Mine & <b>")
    one.get_by_role("button", name="Save view").click()
    expect(one.get_by_text("in your account")).to_be_visible()
    visitor = signed_in(accounts, person)
    # Playwright doesn't see the responses to what a script sends with keepalive
    until(lambda: {"theme", "views /rooms"} <= kept(visitor).keys())
    visitor.close()
    other.goto("/rooms")
    sign_in(other, person)
    expect(other.locator("html")).to_have_attribute("data-theme", "light")
    other.locator("#views-menu summary").click()
    expect(other.get_by_role("link", name="Mine & <b>")).to_be_visible()


def test_they_are_accessible_everywhere(
    stranger: Callable[..., Page], accounts: Dashboard, person: str
) -> None:
    signed_in(accounts, person).close()
    page = stranger()
    page.goto("/account")
    assert problems_everywhere(page) == {}
    sign_in(page, person)
    for path in ("", "/sessions", "/preferences", "/name", "/password"):
        page.goto(f"/account{path}")
        assert problems_everywhere(page) == {}, path
