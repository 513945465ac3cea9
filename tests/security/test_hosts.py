"""Other origins and hosts: CORS, ALLOWED_HOSTS, and what only production sends."""

from collections.abc import Callable

import pytest

from tests.support.dashboard import Dashboard
from tests.support.visitor import Seen, Visitor

ALLOWED = "https://ops.example"
OTHER = "https://evil.example"
METHOD = {"Access-Control-Request-Method": "POST"}


@pytest.fixture(scope="module")
def shared(start_dashboard: Callable[..., Dashboard]) -> Visitor:
    """A visitor of a dashboard that lets one other origin in."""
    return start_dashboard(allowed_origins=ALLOWED).visitor()


@pytest.fixture(scope="module")
def hosts(start_dashboard: Callable[..., Dashboard]) -> Dashboard:
    """A dashboard for a few names."""
    return start_dashboard(allowed_hosts="127.0.0.1,*.ops.example,Mixed.Example")


def granted(seen: Seen) -> dict[str, str]:
    """Return the CORS headers of an answer."""
    return {k: v for k, v in seen.headers.items() if k.startswith("access-control-")}


def preflight(visitor: Visitor, origin: str) -> Seen:
    """Ask as a browser does before a page of `origin` may post."""
    return Seen(visitor.http.options("/rooms/-/delete", headers={"Origin": origin, **METHOD}))


@pytest.mark.parametrize("origin", [OTHER, ALLOWED, "null"])
def test_by_default_no_other_origin_may_read_anything(admin: Visitor, origin: str) -> None:
    for path in ("/rooms", "/rooms/-/export.json", "/health", "/static/x", "/nope"):
        assert granted(admin.get(path, headers={"Origin": origin})) == {}
    asked = preflight(admin, origin)
    assert asked.status == 405
    assert granted(asked) == {}


def test_an_allowed_origin_may_read(shared: Visitor) -> None:
    answer = shared.get("/rooms/-/export.json", headers={"Origin": ALLOWED})
    assert answer.status == 200
    assert granted(answer) == {
        "access-control-allow-origin": ALLOWED,
        "access-control-allow-credentials": "true",
    }
    assert "Origin" in answer.headers["vary"]


def test_an_allowed_origin_may_post(shared: Visitor) -> None:
    asked = granted(preflight(shared, ALLOWED))
    assert asked["access-control-allow-origin"] == ALLOWED
    assert asked["access-control-allow-methods"] == "GET, POST"
    token = shared.token()
    assert shared.send("/rooms/-/delete", {"csrf": token}, Origin=ALLOWED).status == 200
    assert shared.send("/rooms/-/delete", {}, Origin=ALLOWED).status == 403


@pytest.mark.parametrize("origin", [OTHER, "null", ALLOWED + ".evil.example", "http://ops.example"])
def test_any_other_origin_may_not(shared: Visitor, origin: str) -> None:
    assert "access-control-allow-origin" not in granted(
        shared.get("/rooms", headers={"Origin": origin})
    )
    refused = preflight(shared, origin)
    assert refused.status == 400
    assert "access-control-allow-origin" not in granted(refused)
    assert shared.send("/rooms/-/delete", {"csrf": shared.token()}, Origin=origin).status == 403


def test_who_is_not_signed_in_learns_nothing_across_origins(
    start_dashboard: Callable[..., Dashboard],
) -> None:
    nobody = start_dashboard(allowed_origins=ALLOWED).visitor(username=None)
    assert nobody.get("/rooms", headers={"Origin": ALLOWED}).status == 401


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("127.0.0.1:8000", 200),
        ("a.ops.example", 200),
        ("A.OPS.example", 200),
        ("mixed.example", 200),
        ("ops.example", 400),
        ("evil.example", 400),
        ("ops.example.evil.example", 400),
        ("evilops.example", 400),
        ("[", 400),
        ("", 400),
    ],
)
def test_only_allowed_hosts_are_answered(hosts: Dashboard, host: str, status: int) -> None:
    assert hosts.visitor().get("/logout", headers={"Host": host}).status == status


def test_whoever_watches_it_by_its_address_learns_that_it_lives(hosts: Dashboard) -> None:
    for host in ("10.0.0.7:8000", "evil.example", ""):
        assert hosts.visitor().get("/health", headers={"Host": host}).status == 200
        refused = hosts.visitor().http.post("/hooks/livekit", headers={"Host": host})
        assert refused.status_code == 401  # its signature decides, not its host


@pytest.mark.parametrize("host", ["[::1]:80", "evil.example", "", "a" * 300])
def test_an_odd_host_changes_nothing_by_default(admin: Visitor, host: str) -> None:
    page = admin.get("/rooms", headers={"Host": host})
    assert page.status == 200
    assert "evil.example" not in page.html


def test_only_production_asks_for_https_from_then_on(
    admin: Visitor, start_dashboard: Callable[..., Dashboard]
) -> None:
    name = "strict-transport-security"
    served = start_dashboard(environment="production").visitor()
    for path in ("/", "/nope", "/health", "/static/nope"):
        assert name not in admin.get(path).headers
        assert served.get(path).headers[name] == "max-age=31536000"
