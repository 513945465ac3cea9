"""The base path without its slash: a redirect like every other response."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from app.security.headers import ALWAYS
from tests.support.dashboard import Dashboard
from tests.support.visitor import Visitor
from tests.support.waiting import until

PREFIX = {"X-Forwarded-Prefix": "/forwarded"}
HOSTS = ("127.0.0.1",)
TOKEN = "a-metrics-token-of-the-base-path-0123456789"


@pytest.fixture(scope="module")
def rooted(start_dashboard: Callable[..., Dashboard]) -> Dashboard:
    """A dashboard below ROOT_PATH."""
    return start_dashboard(root_path="/livekit", allowed_hosts=HOSTS, metrics_token=TOKEN)


@pytest.fixture(scope="module", params=["ROOT_PATH", "X-Forwarded-Prefix"])
def bare(
    request: pytest.FixtureRequest,
    rooted: Dashboard,
    start_dashboard: Callable[..., Dashboard],
) -> Iterator[tuple[Visitor, str]]:
    """A client without credentials, and the base path that it sees."""
    forwarded = request.param == "X-Forwarded-Prefix"
    dashboard = start_dashboard(allowed_hosts=HOSTS) if forwarded else rooted
    visitor = dashboard.visitor(username=None)
    visitor.http.headers.update(PREFIX if forwarded else {})
    yield visitor, "/forwarded" if forwarded else "/livekit"
    visitor.close()


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("query", ["", "?q=a%20b&page=2"])
def test_it_leads_to_the_first_page(bare: tuple[Visitor, str], method: str, query: str) -> None:
    visitor, base = bare
    answer = visitor.http.request(method, f"{base}{query}")
    assert (answer.status_code, answer.headers["location"]) == (308, f"{base}/{query}")


def test_it_has_the_headers_of_every_response(bare: tuple[Visitor, str]) -> None:
    visitor, base = bare
    headers = visitor.http.get(base).headers
    assert {name: headers.get(name) for name in ALWAYS} == ALWAYS
    assert len(headers["x-request-id"]) == 16
    assert headers["server-timing"].startswith("total;dur=")
    assert "set-cookie" not in headers


def test_it_is_logged_with_its_id(bare: tuple[Visitor, str]) -> None:
    visitor, base = bare

    def redirects() -> list[Any]:
        return [line for line in lines if line.get("status") == 308]

    with capture_logs() as lines:
        visitor.http.get(base)
        until(redirects)
    (line,) = redirects()
    assert (line["event"], line["method"], line["path"]) == ("request", "GET", "")


def test_it_is_counted(rooted: Dashboard) -> None:
    visitor = rooted.visitor(username=None)
    visitor.http.get("/livekit")
    text = visitor.http.get("/livekit/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    assert 'livekit_dashboard_requests_total{method="GET",route="none",status="308"}' in text
    visitor.close()


def test_it_is_for_the_allowed_hosts_alone(bare: tuple[Visitor, str]) -> None:
    visitor, base = bare
    answer = visitor.http.get(base, headers={"Host": "evil.example"})
    assert (answer.status_code, "location" in answer.headers) == (400, False)


def test_the_same_path_below_it_is_a_page_of_its_own(bare: tuple[Visitor, str]) -> None:
    visitor, base = bare
    assert visitor.http.get(base + base).status_code == 404
