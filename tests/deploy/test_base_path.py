"""The dashboard below a path: whatever a page names is below it, and nothing outside."""

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import httpx
import pytest

from app.text.paths import room_path
from dev.stack import Stack
from tests.deploy.below_a_path import BASE, WAYS, BelowAPath
from tests.deploy.nginx import NAME
from tests.support.dashboard import PASSWORD, Dashboard, managing

ADDRESSES = {"href", "src", "action", "formaction", "data-hx-get", "data-hx-post", "data-url"}
PAGES = (
    *("/", "/rooms", "/rooms/-/new", "/egress", "/egress/-/new", "/ingress", "/ingress/-/new"),
    *("/agents", "/sip/calls", "/sip/trunks", "/sip/rules", "/sip/route", "/sip/definitions"),
    *("/sandbox", "/sandbox/decode", "/webhooks", "/settings", "/search?q=a", "/doctor", "/nope"),
)


class Addresses(HTMLParser):
    """Collects each address of this host that a page names."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the addresses of one tag."""
        for name, value in attrs:
            if name in ADDRESSES and value and value.startswith("/"):
                self.seen.append(value)


@pytest.fixture(scope="module", params=WAYS)
def below(
    request: pytest.FixtureRequest, stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BelowAPath]:
    """A dashboard below a path, in each way."""
    with BelowAPath(stack, tmp_path_factory.mktemp("below"), request.param) as running:
        yield running


@pytest.fixture
def browser(below: BelowAPath) -> Iterator[httpx.Client]:
    """A client that is signed in, at the host's root."""
    with httpx.Client(
        base_url=below.nginx.url,
        verify=below.nginx.trust(),
        auth=("admin", PASSWORD),
        headers={"Host": NAME, "Origin": f"https://{NAME}"},
    ) as client:
        yield client


@pytest.mark.parametrize("place", PAGES)
def test_every_address_of_a_page_is_below_the_path(browser: httpx.Client, place: str) -> None:
    answer = browser.get(f"{BASE}{place}")
    assert answer.status_code == (404 if place == "/nope" else 200)
    page = Addresses()
    page.feed(answer.text)
    assert len(page.seen) > 10
    assert [a for a in page.seen if not a.startswith((f"{BASE}/", f"{BASE}?"))] == []
    assert [a for a in page.seen if a.startswith(f"{BASE}{BASE}")] == []
    for address in {a for a in page.seen if "/static/" in a}:
        assert browser.get(address).status_code == 200, address


def test_the_path_itself_leads_to_the_overview(browser: httpx.Client) -> None:
    answer = browser.get(BASE)
    assert answer.status_code in {301, 308}
    assert urlsplit(answer.headers["location"]).path == f"{BASE}/"


def test_the_cookie_is_of_the_path_alone(browser: httpx.Client) -> None:
    cookie = browser.get(f"{BASE}/rooms/-/new").headers["set-cookie"]
    assert f"; Path={BASE};" in cookie


def test_an_action_leads_below_the_path(browser: httpx.Client) -> None:
    form = browser.get(f"{BASE}/rooms/-/new")
    token = form.text.partition('name="csrf" value="')[2].partition('"')[0]
    made = browser.post(f"{BASE}/rooms/-/new", data={"csrf": token, "name": "below a/path"})
    assert made.status_code == 303
    assert made.headers["location"] == BASE + room_path("below a/path")
    gone = browser.post(
        f"{BASE}{room_path('below a/path', 'delete')}",
        data={"csrf": token},
        headers={"HX-Request": "true"},
    )
    assert (gone.status_code, gone.headers["hx-redirect"]) == (204, f"{BASE}/rooms")


def test_an_unusual_spelling_is_redirected_below_the_path(browser: httpx.Client) -> None:
    answer = browser.get(f"{BASE}/rooms/a%20b")
    assert answer.status_code == 307
    assert answer.headers["location"] == BASE + room_path("a b")


def test_health_answers_with_and_without_the_path(below: BelowAPath) -> None:
    for path in ("/health", f"{BASE}/health"):
        if path == "/health" or below.dashboard.settings.root_path:
            assert httpx.get(f"{below.dashboard.url}{path}").status_code == 200


@pytest.mark.parametrize(
    "prefix",
    ["/evil.example", "//evil.example", "https://evil.example", "/a b", '/"><b>', "/é", ""],
)
def test_only_a_trusted_proxy_sets_the_path(stack: Stack, prefix: str) -> None:
    strange = Dashboard(**managing(stack), trusted_proxies="192.0.2.1").start()
    trusted = Dashboard(**managing(stack)).start()
    try:
        page = httpx.get(
            f"{strange.url}/rooms",
            headers={b"X-Forwarded-Prefix": prefix.encode()},
            auth=("admin", PASSWORD),
        )
        assert page.status_code == 200
        assert 'href="/rooms"' in page.text
        page = httpx.get(
            f"{trusted.url}/rooms",
            headers={b"X-Forwarded-Prefix": prefix.encode()},
            auth=("admin", PASSWORD),
        )
        expected = "/evil.example/rooms" if prefix == "/evil.example" else "/rooms"
        assert f'href="{expected}"' in page.text
    finally:
        strange.stop()
        trusted.stop()
