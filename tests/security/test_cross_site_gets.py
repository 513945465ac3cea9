"""GETs of other sites: a link may open a page, but nothing may be embedded or fetched."""

from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from app.security.csrf import HEADER
from app.security.guards import Guard, Public
from tests.contracts.surface import places
from tests.support.dashboard import Dashboard
from tests.support.visitor import Seen, Visitor

ALLOWED = "https://ops.example"
NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
CROSS = {"Sec-Fetch-Site": "cross-site"}
FETCH = CROSS | {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "empty"}
REFUSED = {
    "an image": CROSS | {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    "a script": CROSS | {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
    "a fetch": FETCH,
    "a fetch with CORS": FETCH | {"Sec-Fetch-Mode": "cors", "Origin": "https://evil.example"},
    "a frame": CROSS | NAVIGATION | {"Sec-Fetch-Dest": "iframe"},
    "an object": CROSS | NAVIGATION | {"Sec-Fetch-Dest": "object"},
    "a neighbor's fetch": FETCH | {"Sec-Fetch-Site": "same-site"},
    "an unknown word": FETCH | {"Sec-Fetch-Site": "wherever"},
    "only the site": CROSS,
}
TAKEN = {
    "a link in a chat": CROSS | NAVIGATION | {"Sec-Fetch-User": "?1"},
    "a link of a neighbor": NAVIGATION | {"Sec-Fetch-Site": "same-site"},
    "a link in a browser without Sec-Fetch-Dest": CROSS | {"Sec-Fetch-Mode": "navigate"},
    "the address bar": NAVIGATION | {"Sec-Fetch-Site": "none"},
    "a link of ours": NAVIGATION | {"Sec-Fetch-Site": "same-origin"},
    "a poll": FETCH | {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"},
    "a program": {},
    "a private page": {"Origin": "null"},
}


def refused(page: Seen) -> bool:
    """Return True if a page is the refusal, without a token."""
    blocked = page.status == 403 and "Blocked: cross-site request" in page.text
    return blocked and page.csrf == "" and HEADER not in page.headers


@pytest.mark.parametrize("headers", REFUSED.values(), ids=REFUSED.keys())
@pytest.mark.parametrize("path", ["/rooms", "/rooms?partial=1", "/rooms/-/export.csv"])
def test_nothing_is_embedded_or_fetched(admin: Visitor, path: str, headers: dict[str, str]) -> None:
    page = admin.get(path, headers=headers)
    assert refused(page)
    assert page.calls == []


@pytest.mark.parametrize("headers", TAKEN.values(), ids=TAKEN.keys())
def test_links_and_our_own_pages_work(admin: Visitor, headers: dict[str, str]) -> None:
    page = admin.get("/rooms", headers=headers)
    assert page.status == 200
    assert page.csrf


def test_every_route_for_browsers_refuses(dashboard: Dashboard, admin: Visitor) -> None:
    parameters = (
        "room",
        "identity",
        "job",
        "ingress",
        "trunk",
        "rule",
        "dispatch",
        "picture",
        "feature",
    )
    names = dict.fromkeys((*parameters, "document"), "a") | {"ending": "csv"}
    seen = {
        place.path: admin.get(place.path, headers=FETCH)
        for place in places(dashboard.app, **names)
        if isinstance(place.guards.get("GET"), Guard | Public)
    }
    assert len(seen) > 50
    assert [path for path, page in seen.items() if not refused(page)] == []
    assert [path for path, page in seen.items() if page.calls] == []


def test_it_is_no_try_to_sign_in(start_dashboard: Callable[..., Dashboard]) -> None:
    dashboard = start_dashboard(signin_tries_per_minute=1)
    wrong, nobody = dashboard.visitor(password="wrong"), dashboard.visitor(username=None)
    assert [wrong.get("/rooms", headers=FETCH).status for _ in range(3)] == [403] * 3
    answer = nobody.get("/rooms", headers=FETCH)
    assert (answer.status, "www-authenticate" in answer.headers) == (403, False)
    assert dashboard.visitor().get("/rooms").status == 200


def test_an_allowed_origin_may_fetch(start_dashboard: Callable[..., Dashboard]) -> None:
    visitor = start_dashboard(allowed_origins=(ALLOWED,)).visitor()
    headers = FETCH | {"Sec-Fetch-Mode": "cors", "Origin": ALLOWED}
    assert visitor.get("/rooms/-/export.json", headers=headers).status == 200


def test_a_link_may_not_post(admin: Visitor) -> None:
    headers = {"Origin": "https://evil.example"} | CROSS | NAVIGATION
    page = Seen(admin.http.post("/rooms/-/delete", data={"csrf": "x"}, headers=headers))
    assert refused(page)


def test_static_files_are_served_to_everybody(admin: Visitor) -> None:
    style = next(link["href"] for link in admin.get("/").all("link", rel="stylesheet"))
    assert admin.get(style, headers=FETCH).status == 200


def test_the_log_says_what_was_compared(admin: Visitor) -> None:
    with capture_logs() as lines:
        admin.get("/settings", headers=FETCH)
    (line,) = [line for line in lines if line["event"] == "cross-site request"]
    assert (line["site"], line["mode"], line["dest"]) == ("cross-site", "no-cors", "empty")
