"""API tokens in a browser: create one, use it, revoke it; and the page about the API."""

import json
import secrets
from collections.abc import Callable
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import NARROW, OpenPage
from tests.e2e.watch import Watch
from tests.support.dashboard import Dashboard
from tests.support.leaks import LEAKS
from tests.support.people import SECRET, add_person
from tests.support.tokens import give_token

HOSTILE = 'ci"><img src=x onerror="window.ran=1">'


@pytest.fixture(scope="module")
def accounts(
    start_dashboard: Callable[..., Dashboard], tmp_path_factory: pytest.TempPathFactory
) -> Dashboard:
    """A dashboard with accounts."""
    folder = tmp_path_factory.mktemp("store")
    return start_dashboard(database_url=f"sqlite:///{folder}/dashboard.db", refresh_seconds=1)


@pytest.fixture
def sign_in(open_page: OpenPage, accounts: Dashboard) -> Callable[..., Page]:
    """Opens a browser in which a new operator, or somebody by name, signs in."""

    def opened(path: str, name: str = "", **options: Any) -> Page:
        if not name:
            name = f"mia {secrets.token_hex(4)}"
            add_person(accounts, name, "operator")
        page = open_page(at=accounts.url, extra_http_headers={}, fresh=True, **options)
        page.goto(path)
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("Password", exact=True).fill(SECRET)
        page.get_by_role("button", name="Sign in", exact=True).click()
        return page

    return opened


def status(accounts: Dashboard, token: str) -> int:
    """Return how the API answers a token."""
    request = Request(  # noqa: S310
        f"{accounts.url}/api/v1/rooms", headers={"Authorization": f"Bearer {token}"}
    )
    try:
        with urlopen(request) as answer:  # noqa: S310
            assert json.load(answer).keys() == {"items", "next"}
            return int(answer.status)
    except OSError as error:
        return int(getattr(error, "code", 0))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_token_is_made_used_and_revoked(
    sign_in: Callable[..., Page], accounts: Dashboard, watch: Watch, scripts: bool
) -> None:
    watch.expect_status(422)
    page = sign_in("/account/tokens", java_script_enabled=scripts)
    page.get_by_role("link", name="Create a token").first.click()
    page.get_by_label("Name", exact=True).fill(HOSTILE)
    page.get_by_role("button", name="Create token").click()
    expect(page.get_by_text("Choose at least one permission.")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value(HOSTILE)
    page.get_by_label("View rooms and participants").check()
    page.get_by_label("Expires").select_option("30")
    page.get_by_role("button", name="Create token").click()
    expect(page.get_by_text("it isn't shown again")).to_be_visible()
    token = page.get_by_label("Token", exact=True).input_value()
    LEAKS.keep(token, "a token")
    assert status(accounts, token) == 200
    page.get_by_role("link", name="Done").click()
    row = page.get_by_role("row").filter(has_text=token[-4:])
    expect(row).to_contain_text(HOSTILE)
    expect(row).to_contain_text("127.0.0.1")
    row.get_by_role("link", name="Revoke").click()
    page.get_by_role("button", name="Revoke token").click()
    expect(page.get_by_text("No tokens yet")).to_be_visible()
    assert status(accounts, token) == 401
    if scripts:
        assert page.evaluate("window.ran") is None


def test_all_pages_are_accessible_and_fit(
    sign_in: Callable[..., Page], accounts: Dashboard
) -> None:
    given = give_token(accounts, "admin", name=HOSTILE)
    page = sign_in("/account/tokens", given.owner)
    expect(page.get_by_text(HOSTILE)).to_be_visible()
    for path in (
        "/account/tokens",
        "/account/tokens/-/new",
        f"/account/tokens/{given.number}/revoke",
        "/api",
    ):
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(path)
        assert problems_everywhere(page) == {}, path
        page.set_viewport_size(NARROW)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path


def test_the_page_about_the_api_shows_each_operation(sign_in: Callable[..., Page]) -> None:
    page = sign_in("/")
    page.get_by_role("link", name="API", exact=True).click()
    operation = page.locator("#mute_track")
    operation.locator("summary").click()
    expect(operation.get_by_text("The SID of the track.")).to_be_visible()
    expect(operation).to_contain_text("curl")
