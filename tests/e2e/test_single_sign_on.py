"""Single sign-on in a browser: to a real provider and back, and out of both again."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from dev.oidc import OpenIdProvider
from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import OpenPage
from tests.e2e.watch import Watch
from tests.support.dashboard import Dashboard
from tests.support.single_sign_on import connected, somebody


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenIdProvider]:
    """The provider, which is another site than the dashboard."""
    with OpenIdProvider() as running:
        yield running


@pytest.fixture(scope="module")
def dashboard_there(
    start_dashboard: Callable[..., Dashboard],
    provider: OpenIdProvider,
    tmp_path_factory: pytest.TempPathFactory,
) -> Dashboard:
    """A dashboard with that provider."""
    folder = tmp_path_factory.mktemp("store")
    settings = connected(provider, oidc_name="Acme & Söhne")
    return start_dashboard(database_url=f"sqlite:///{folder}/dashboard.db", **settings)


@pytest.fixture
def stranger(open_page: OpenPage, dashboard_there: Dashboard) -> Callable[..., Page]:
    """Opens pages in browsers in which nobody is signed in."""
    return lambda **options: open_page(
        at=dashboard_there.url, extra_http_headers={}, fresh=True, **options
    )


def at_provider(page: Page, name: str) -> None:
    """Sign in on the provider's page."""
    expect(page.get_by_role("heading", name="Sign in at the provider")).to_be_visible()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Continue").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_signing_in_there_leads_back_and_signing_out_ends_both(
    stranger: Callable[..., Page], provider: OpenIdProvider, watch: Watch, scripts: bool
) -> None:
    watch.expect(f"^request to another origin: {provider.issuer}/auth")
    watch.expect(f"^request to another origin: {provider.issuer}/session/end")
    watch.allow(f"^request to another origin: {provider.issuer}/", r"favicon\.ico|status of 404")
    page = stranger(java_script_enabled=scripts)
    page.goto("/rooms?q=stand")
    page.get_by_role("link", name="Continue with Acme & Söhne").click()
    name = somebody(provider, "support-team")
    at_provider(page, name)
    expect(page).to_have_url(re.compile(r"/rooms\?q=stand$"))
    expect(page.get_by_role("banner").get_by_text(name)).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("You have signed out.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/sign-in\b"))
    page.goto("/rooms")
    page.get_by_role("link", name="Continue with Acme & Söhne").click()
    expect(page.get_by_role("heading", name="Sign in at the provider")).to_be_visible()


def test_who_cancels_can_begin_again(
    stranger: Callable[..., Page], provider: OpenIdProvider, watch: Watch
) -> None:
    watch.expect_status(403)
    watch.allow(f"^request to another origin: {provider.issuer}/", r"favicon\.ico|status of 404")
    page = stranger()
    page.goto("/agents")
    page.get_by_role("link", name="Continue with").click()
    page.get_by_role("link", name="Cancel").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("The provider didn't sign you in")
    expect(page.get_by_text("<b>not today</b> (access_denied)")).to_be_visible()
    assert problems_everywhere(page) == {}
    page.get_by_role("link", name="Back to sign-in").click()
    page.get_by_role("link", name="Continue with").click()
    at_provider(page, somebody(provider, "support-team"))
    expect(page).to_have_url(re.compile(r"/agents$"))


def test_the_page_to_sign_in_is_accessible(stranger: Callable[..., Page]) -> None:
    page = stranger()
    page.goto("/sign-in")
    expect(page.get_by_role("link", name="Continue with Acme & Söhne")).to_be_visible()
    assert problems_everywhere(page) == {}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
