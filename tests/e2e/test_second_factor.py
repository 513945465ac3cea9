"""Second factors in a browser: an app, and passkeys of Chromium's virtual authenticator."""

import secrets
import time
from collections.abc import Callable

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.authenticators import Virtual
from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import WIDE, OpenPage
from tests.e2e.second_factors import add_passkey, prove, sign_in, sign_out
from tests.e2e.watch import Watch
from tests.support.dashboard import Dashboard
from tests.support.factors import until_new_step
from tests.support.people import add_person

PAGE = "/account/second-factor"


@pytest.fixture(scope="module")
def stored(
    start_dashboard: Callable[..., Dashboard], tmp_path_factory: pytest.TempPathFactory
) -> Dashboard:
    """A dashboard that requires a factor of operators."""
    url = f"sqlite:///{tmp_path_factory.mktemp('store')}/dashboard.db"
    return start_dashboard(database_url=url, require_second_factor="operator")


@pytest.fixture
def name(stored: Dashboard) -> str:
    """The name of somebody with an account."""
    name = f"ada {secrets.token_hex(4)}"
    add_person(stored, name)
    return name


@pytest.fixture
def opened(open_page: OpenPage, stored: Dashboard) -> Page:
    """A page of a browser in which nobody is signed in; it opened the dashboard by its name."""
    named = stored.url.replace("127.0.0.1", "localhost")
    return open_page("/sign-in", at=named, extra_http_headers={})


def test_an_app_is_set_up_and_its_code_signs_in(opened: Page, name: str, watch: Watch) -> None:
    page = opened
    sign_in(page, name)
    page.goto(PAGE)
    page.get_by_role("link", name="Set up app").click()
    prove(page)
    expect(page.get_by_role("img", name="QR code for the authenticator app")).to_be_visible()
    page.get_by_text("Can't scan it?").click()
    secret = page.locator("#by-hand [data-copy]").get_attribute("data-copy")
    app = pyotp.TOTP(secret or "")
    page.get_by_label("Code", exact=True).fill("000000")
    page.get_by_role("button", name="Set up app").click()
    expect(page.get_by_text("This isn't the app's current code")).to_be_visible()
    time.sleep(until_new_step())
    page.get_by_label("Code", exact=True).fill(app.at(int(time.time()) - 30))
    page.get_by_role("button", name="Set up app").click()
    codes = page.locator(".codes li")
    expect(codes).to_have_count(10)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.path().read_text().split() == codes.all_inner_texts()
    watch.expect_status(422)
    page.get_by_role("link", name="I've saved them").click()
    expect(page.get_by_text("10 left")).to_be_visible()
    sign_out(page)
    sign_in(page, name)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second factor")
    page.get_by_label("Code", exact=True).fill(app.now())
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")


def test_a_passkey_signs_in_alone_and_after_the_password(opened: Page, name: str) -> None:
    page, authenticator = opened, Virtual(opened)
    sign_in(page, name)
    page.goto(PAGE)
    add_passkey(page)
    expect(page.locator(".codes li")).to_have_count(10)
    assert authenticator.held()[0]["isResidentCredential"]
    page.get_by_role("link", name="I've saved them").click()
    expect(page.get_by_role("row", name="This laptop")).to_contain_text("never")
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    page.goto(PAGE)
    expect(page.get_by_role("row", name="This laptop")).not_to_contain_text("never")
    sign_out(page)
    sign_in(page, name)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")


def test_a_passkey_is_the_only_factor_once_the_password_is_gone(
    opened: Page, name: str, watch: Watch
) -> None:
    page = opened
    Virtual(page)
    sign_in(page, name)
    page.goto(PAGE)
    add_passkey(page)
    page.get_by_role("link", name="I've saved them").click()
    page.get_by_role("link", name="Remove password").click()
    page.get_by_role("button", name="Remove password").click()
    expect(page.get_by_text("Your account has no password")).to_be_visible()
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    page.goto(PAGE)
    page.get_by_role("link", name="Remove This laptop").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Remove a passkey?")
    page.get_by_role("button", name="Remove passkey").click()
    expect(page.get_by_text("This is the only way to sign in")).to_be_visible()
    watch.expect_status(409)


def test_a_canceled_ceremony_says_what_to_do(opened: Page, name: str) -> None:
    page, authenticator = opened, Virtual(opened)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was used")
    sign_in(page, name)
    page.goto(PAGE)
    authenticator.recognizes(False)
    add_passkey(page)
    expect(page.get_by_role("alert")).to_contain_text("No passkey was added")
    expect(page.get_by_role("alert")).to_contain_text("Try again")
    authenticator.recognizes(True)
    page.get_by_role("button", name="Add passkey").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="I've saved them").click()
    add_passkey(page, "The same")
    expect(page.get_by_role("alert")).to_contain_text("already has a passkey")


def test_one_that_was_removed_is_not_accepted(opened: Page, name: str, watch: Watch) -> None:
    page = opened
    Virtual(page)
    sign_in(page, name)
    page.goto(PAGE)
    add_passkey(page)
    page.get_by_role("link", name="I've saved them").click()
    page.get_by_role("link", name="Rename This laptop").click()
    page.get_by_label("Name", exact=True).fill("Old laptop")
    page.get_by_role("button", name="Save name").click()
    expect(page.get_by_role("row", name="Old laptop")).to_be_visible()
    page.get_by_role("link", name="Remove Old laptop").click()
    page.get_by_role("button", name="Remove passkey").click()
    expect(page.get_by_text("Passkey Old laptop removed")).to_be_visible()
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("The passkey was not accepted")).to_be_visible()
    watch.expect_status(401)


def test_a_browser_without_passkeys_offers_none(
    open_page: OpenPage, stored: Dashboard, name: str
) -> None:
    page = open_page("/sign-in", at=stored.url, extra_http_headers={})
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    named = stored.url.replace("127.0.0.1", "localhost")
    plain = open_page("/sign-in", at=named, extra_http_headers={}, java_script_enabled=False)
    expect(plain.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    sign_in(plain, name)
    plain.goto(f"{PAGE}/passkeys/-/new")
    prove(plain)
    expect(plain.get_by_text("Passkeys need a browser that supports them")).to_be_visible()


def test_who_has_to_set_one_up_sees_nothing_else(opened: Page, stored: Dashboard) -> None:
    page, name = opened, f"olga {secrets.token_hex(4)}"
    add_person(stored, name, "operator")
    Virtual(page)
    sign_in(page, name)
    expect(page.get_by_text("Your role requires a second factor.")).to_be_visible()
    assert page.get_by_role("navigation", name="Main").count() == 0
    assert problems_everywhere(page) == {}
    page.set_viewport_size(WIDE)
    add_passkey(page)
    page.get_by_role("link", name="I've saved them").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    page.goto("/rooms")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rooms")


def test_its_pages_are_accessible(opened: Page, name: str) -> None:
    page = opened
    Virtual(page)
    assert problems_everywhere(page) == {}
    sign_in(page, name)
    page.goto(PAGE)
    assert problems_everywhere(page) == {}
    page.goto(f"{PAGE}/app")
    assert problems_everywhere(page) == {}
    prove(page)
    page.get_by_text("Can't scan it?").click()
    assert problems_everywhere(page) == {}
    page.goto(f"{PAGE}/passkeys/-/new")
    assert problems_everywhere(page) == {}
    page.get_by_label("Name", exact=True).fill("This laptop")
    page.get_by_role("button", name="Add passkey").click()
    expect(page.locator(".codes li")).to_have_count(10)
    assert problems_everywhere(page) == {}
    for place in ("", "/codes", "/app/remove", "/password/remove"):
        page.goto(f"{PAGE}{place}")
        assert problems_everywhere(page) == {}, place
    page.goto(PAGE)
    page.get_by_role("link", name="Remove This laptop").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Remove a passkey?")
    assert problems_everywhere(page) == {}
    page.goto(PAGE)
    sign_out(page)
    sign_in(page, name)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second factor")
    assert problems_everywhere(page) == {}
