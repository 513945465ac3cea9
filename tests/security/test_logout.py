"""/logout: public, ends the session, and helps the browser to forget the password."""

import pytest
from structlog.testing import capture_logs

from tests.support.dashboard import Dashboard
from tests.support.visitor import Seen, Visitor

COOKIE = "livekit-dashboard"


def bare(page: Seen) -> bool:
    """Return whether a page has what anybody may see and no more."""
    forms = page.all("form", method="post")
    return page.csrf == "" and page.all("nav") == [] and forms == [] and page.calls == []


def test_it_ends_the_session(admin: Visitor, dashboard: Dashboard) -> None:
    token = admin.token()
    assert admin.http.cookies[COOKIE]
    page = admin.get("/logout")
    assert page.status == 200
    assert "Your session has ended" in page.text
    (cookie,) = page.headers.get_list("set-cookie")
    assert cookie.startswith(f"{COOKIE}=; Max-Age=0; Path=/")
    assert COOKIE not in admin.http.cookies
    assert admin.send("/rooms/-/delete", {"csrf": token}).status == 403


@pytest.mark.parametrize("query", ["", "?forget=1", "?partial=1"])
def test_its_page_is_that_of_somebody_not_signed_in(admin: Visitor, query: str) -> None:
    admin.get("/")
    page = admin.get(f"/logout{query}")
    assert bare(page)
    assert "X-CSRF-Token" not in page.headers
    assert "admin" not in page.text


def test_forget_answers_401_at_which_a_browser_drops_the_password(admin: Visitor) -> None:
    admin.get("/")
    page = admin.get("/logout?forget=1")
    assert page.status == 401
    assert page.headers["www-authenticate"].startswith("Basic ")
    assert page.headers.get_list("set-cookie")[0].startswith(f"{COOKIE}=; Max-Age=0")


def test_somebody_unknown_may_see_it(nobody: Visitor) -> None:
    page = nobody.get("/logout")
    assert page.status == 200
    assert bare(page)
    assert "set-cookie" not in page.headers


def test_who_comes_back_has_another_session(admin: Visitor) -> None:
    admin.get("/")
    before = admin.http.cookies[COOKIE]
    admin.get("/logout")
    page = admin.get("/rooms")
    assert page.status == 200
    assert admin.http.cookies[COOKIE] != before
    assert admin.send("/rooms/-/delete", {"csrf": page.csrf}).status == 200


def test_it_cannot_be_posted(admin: Visitor) -> None:
    assert admin.post("/logout").status == 405


def test_a_wrong_value_is_422(nobody: Visitor) -> None:
    page = nobody.get("/logout?forget=perhaps")
    assert page.status == 422
    assert bare(page)


@pytest.mark.parametrize("query", ["", "?forget=1"])
def test_chromium_forgets_the_password_with_the_cookies(admin: Visitor, query: str) -> None:
    assert admin.get(f"/logout{query}").headers["clear-site-data"] == '"cookies"'


@pytest.mark.parametrize(
    ("site", "status"),
    [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)],
)
def test_no_other_site_signs_anybody_out(admin: Visitor, site: str, status: int) -> None:
    admin.get("/")
    page = admin.get("/logout", headers={"Sec-Fetch-Site": site})
    assert page.status == status
    assert ("clear-site-data" in page.headers) is (status == 200)
    assert (COOKIE in admin.http.cookies) is (status == 403)


def test_signing_in_and_out_is_in_the_audit(dashboard: Dashboard) -> None:
    with capture_logs() as lines, dashboard.visitor().http as client:
        for path in ("/rooms", "/rooms", "/logout", "/logout"):
            client.get(path, headers={"X-Forwarded-For": "::ffff:192.0.2.7"})
    audit = [line for line in lines if str(line.get("action")).startswith("session.")]
    assert [(line["action"], line["user"], line["address"]) for line in audit] == [
        ("session.basic", "admin", "192.0.2.7"),
        ("session.end", "admin", "192.0.2.7"),
    ]
