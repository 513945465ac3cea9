"""SESSION_SECRET in rotation: what was made with an old one works until that one is taken away."""

from collections.abc import Callable

import pytest

from app.security.session import Sessions
from tests.support.dashboard import Dashboard
from tests.support.visitor import Seen, Visitor

OLD = "the-old-session-secret-0123456789abcdef"
NEW = "the-new-session-secret-fedcba9876543210"
COOKIE = "livekit-dashboard"


@pytest.fixture(scope="module")
def before(start_dashboard: Callable[..., Dashboard]) -> Dashboard:
    """The dashboard before the rotation."""
    return start_dashboard(session_secret=OLD)


@pytest.fixture(scope="module")
def during(start_dashboard: Callable[..., Dashboard]) -> Dashboard:
    """The dashboard that knows both secrets."""
    return start_dashboard(session_secret=f"{NEW},{OLD}")


@pytest.fixture(scope="module")
def after(start_dashboard: Callable[..., Dashboard]) -> Dashboard:
    """The dashboard that knows the new secret alone."""
    return start_dashboard(session_secret=NEW)


def act(dashboard: Dashboard, cookie: str, token: str) -> Seen:
    """Post an action that changes nothing, with a cookie and a token made elsewhere."""
    visitor = dashboard.visitor()
    visitor.http.cookies.set(COOKIE, cookie)
    return visitor.send("/rooms/-/delete", {"csrf": token})


def signed_in(dashboard: Dashboard) -> tuple[str, str]:
    """Return cookie and token of a new visitor."""
    visitor = dashboard.visitor()
    token = visitor.token()
    return visitor.http.cookies[COOKIE], token


def test_the_old_cookie_and_token_work_during_the_rotation(
    before: Dashboard, during: Dashboard
) -> None:
    answer = act(during, *signed_in(before))
    assert answer.status == 200
    assert "set-cookie" not in answer.headers  # the session was read, not replaced


def test_they_work_no_more_once_the_old_secret_is_gone(before: Dashboard, after: Dashboard) -> None:
    answer = act(after, *signed_in(before))
    assert answer.status == 403
    assert COOKIE in answer.headers["set-cookie"]


def test_the_new_secret_is_the_one_in_use_during_the_rotation(
    during: Dashboard, after: Dashboard, before: Dashboard
) -> None:
    cookie, token = signed_in(during)
    assert act(after, cookie, token).status == 200
    assert act(before, cookie, token).status == 403


def test_a_token_alone_or_a_cookie_alone_is_not_enough(
    before: Dashboard, during: Dashboard
) -> None:
    cookie, token = signed_in(before)
    other_cookie, other_token = signed_in(before)
    assert act(during, cookie, other_token).status == 403
    assert act(during, other_cookie, token).status == 403


def test_the_old_cookie_is_sealed_again_when_the_session_changes(
    before: Dashboard, during: Dashboard, after: Dashboard
) -> None:
    cookie, _ = signed_in(before)
    visitor = during.visitor()
    visitor.http.cookies.set(COOKIE, cookie)
    answer = visitor.post("/rooms/-/new", name="rotation")
    fresh = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
    try:
        old, new = (Sessions(d.app, d.settings) for d in (before, after))
        assert old.open(fresh) == {}
        assert new.open(fresh)["id"] == old.open(cookie)["id"]
    finally:
        tidy(visitor)


def tidy(visitor: Visitor) -> None:
    """Delete the room that was opened."""
    visitor.http.cookies.clear()
    assert visitor.post("/rooms/rotation/delete").status == 303
