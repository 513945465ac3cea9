"""Requests of other sites: refused before anything is done, nothing kept, and no token given."""

import secrets
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from app.security.csrf import HEADER
from tests.support.dashboard import Dashboard
from tests.support.visitor import Seen, Visitor

TYPED = "typed by another site"
FOREIGN = {
    "another host": {"Origin": "https://evil.example"},
    "a private page": {"Origin": "null"},
    "an empty one": {"Origin": ""},
    "another port": {"Origin": "http://127.0.0.1:1"},
    "ours as a part": {"Origin": "OURS.evil.example"},
    "ours behind a user": {"Origin": "http://evil.example@HOST"},
    "ours with a path": {"Origin": "OURS/path"},
    "two together": {"Origin": "OURS, https://evil.example"},
    "another scheme": {"Origin": "ftp://HOST"},
    "the port of the other scheme": {"Origin": "https://dash.example", "Host": "dash.example:80"},
    "a name that begins alike": {"Origin": "http://dash.example.evil", "Host": "dash.example"},
    "an empty port": {"Origin": "http://dash.example:", "Host": "dash.example"},
    "by HTTPS, but from HTTP": {"Origin": "http://HOST", "X-Forwarded-Proto": "https"},
    "no URL": {"Origin": "http://["},
    "not ASCII": {"Origin": "http://ä"},
    "only the browser's word": {"Sec-Fetch-Site": "cross-site"},
    "a neighbour": {"Sec-Fetch-Site": "same-site"},
    "an unknown word": {"Sec-Fetch-Site": "wherever"},
    "both": {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
}
OURS = {
    "the origin": {"Origin": "OURS"},
    "the same by TLS at the proxy": {"Origin": "https://HOST"},
    "another case": {"Origin": "HTTP://HOST", "Host": "HOST"},
    "the scheme's port in the host": {"Origin": "http://dash.example", "Host": "dash.example:80"},
    "the scheme's port in the origin": {"Origin": "http://dash.example:80", "Host": "dash.example"},
    "the port of HTTPS": {"Origin": "https://dash.example", "Host": "dash.example:443"},
    "a host in another case": {"Origin": "https://dash.example", "Host": "Dash.Example"},
    "the browser's word": {"Sec-Fetch-Site": "same-origin"},
    "the address bar": {"Sec-Fetch-Site": "none"},
    "no browser": {},
}


@pytest.fixture(scope="module")
def production(start_dashboard: Callable[..., Dashboard]) -> Visitor:
    """Somebody signed in to a dashboard in production, who sends its cookie also by HTTP."""
    visitor = start_dashboard(environment="production").visitor()
    cookie = visitor.get("/").headers["set-cookie"].partition(";")[0]
    visitor.http.headers["Cookie"] = cookie
    return visitor


def post(visitor: Visitor, path: str, headers: dict[str, str], **fields: str) -> Seen:
    """Post a form with a valid token and exactly these headers about where it comes from."""
    host = visitor.origin.partition("//")[2]
    sent = {k: v.replace("OURS", visitor.origin).replace("HOST", host) for k, v in headers.items()}
    raw = [(name.encode(), value.encode("latin-1")) for name, value in sent.items()]
    data = {"csrf": visitor.token(), **fields}
    return Seen(visitor.http.post(path, data=data, headers=raw))


PRODUCTION = {
    "HTTPS": ({"Origin": "https://dash.example", "Host": "dash.example"}, 200),
    "HTTPS, as the proxy reports it": (
        {"Origin": "https://dash.example", "Host": "dash.example", "X-Forwarded-Proto": "https"},
        200,
    ),
    "HTTP": ({"Origin": "http://dash.example", "Host": "dash.example"}, 403),
    "HTTP on the same machine": ({"Origin": "http://HOST"}, 200),
}


@pytest.mark.parametrize(("headers", "status"), PRODUCTION.values(), ids=PRODUCTION.keys())
def test_in_production_only_https_is_ours(
    production: Visitor, headers: dict[str, str], status: int
) -> None:
    assert post(production, "/rooms/-/delete", headers).status == status


def test_the_log_says_what_was_compared(admin: Visitor) -> None:
    with capture_logs() as lines:
        post(admin, "/rooms/-/delete", {"Origin": "https://evil.example", "Host": "dash.example"})
    (line,) = [line for line in lines if line["event"] == "cross-site request"]
    assert (line["origin"], line["host"]) == ("https://evil.example", "dash.example")
    assert line["scheme"] == "http"


def gives_nothing(page: Seen) -> bool:
    """Return whether a page holds neither a token nor what was sent."""
    return (
        page.csrf == ""
        and HEADER not in page.headers
        and TYPED not in page.html
        and page.all("form", method="post") == []
    )


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN.keys())
def test_another_site_is_refused_and_nothing_is_done(
    admin: Visitor, headers: dict[str, str]
) -> None:
    name = f"foreign-{secrets.token_hex(4)}"
    page = post(admin, "/rooms/-/new", headers, name=name, metadata=TYPED)
    assert page.status == 403
    assert "Blocked: cross-site request" in page.text
    assert gives_nothing(page)
    assert admin.get(f"/rooms/{name}").status == 404


@pytest.mark.parametrize("headers", OURS.values(), ids=OURS.keys())
def test_our_own_pages_and_programs_are_not(admin: Visitor, headers: dict[str, str]) -> None:
    page = post(admin, "/rooms/-/delete", headers)
    assert (page.status, "Nothing to delete" in page.text) == (200, True)


@pytest.mark.parametrize(
    ("path", "status"), [("/nope", 404), ("/rooms", 405), ("/rooms/-/delete", 403)]
)
def test_nothing_is_kept_for_another_site_wherever_it_posts(
    admin: Visitor, path: str, status: int
) -> None:
    foreign = post(admin, path, FOREIGN["another host"], q=TYPED)
    assert foreign.status == status
    assert gives_nothing(foreign)
    ours = post(admin, path, OURS["the origin"], q=TYPED, csrf="wrong")
    assert ours.status == status
    assert ours.csrf
    assert (TYPED in ours.html) is (status == 403)


def test_nor_where_everything_is_read_only(start_dashboard: Callable[..., Dashboard]) -> None:
    reader = start_dashboard(read_only=True).visitor()
    page = post(reader, "/rooms/-/delete", FOREIGN["another host"], q=TYPED)
    assert page.status == 403
    assert gives_nothing(page)


def test_nor_for_a_form_that_htmx_would_send(admin: Visitor) -> None:
    fragment = {"Origin": "https://evil.example", "HX-Request": "true"}
    page = post(admin, "/rooms/-/new", fragment, name="x", metadata=TYPED)
    assert page.status == 403
    assert gives_nothing(page)


def test_a_link_on_another_site_opens_a_whole_page(admin: Visitor) -> None:
    link = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    page = admin.get("/rooms", headers={"Sec-Fetch-Site": "cross-site", **link})
    assert (page.status, bool(page.csrf)) == (200, True)


def test_host_header_and_origin_of_another_name_agree_only_if_that_host_is_allowed(
    start_dashboard: Callable[..., Dashboard],
) -> None:
    """A page that points its own name at us (DNS rebinding) is what ALLOWED_HOSTS is for."""
    rebound = {"Origin": "http://evil.example", "Host": "evil.example"}
    strict = start_dashboard(allowed_hosts=("127.0.0.1",)).visitor()
    assert post(strict, "/rooms/-/delete", rebound).status == 400
