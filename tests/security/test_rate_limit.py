"""Wrong passwords: counted by address and by user, paused past the limit, and forgotten again."""

from collections.abc import Callable

import pytest
from starlette.applications import Starlette

from app.security.rate_limit import USER_FACTOR, SignInLimit, Tries
from app.security.session import Sessions
from tests.support.dashboard import PASSWORD, Dashboard
from tests.support.visitor import Seen, Visitor

TRIES = 3
Start = Callable[..., Dashboard]


WRONG = "x"


@pytest.fixture(scope="module")
def shared(start_dashboard: Start) -> Dashboard:
    """A dashboard with few tries."""
    return start_dashboard(signin_tries_per_minute=TRIES)


@pytest.fixture
def strict(shared: Dashboard) -> Dashboard:
    """That dashboard as if nobody had tried yet."""
    for tries in counted(shared):
        tries.times.clear()
    return shared


@pytest.fixture
def visitor(strict: Dashboard) -> Visitor:
    """Somebody who never signed in with this browser."""
    return strict.visitor()


def counted(dashboard: Dashboard) -> list[Tries]:
    """Return what the tries are counted in."""
    limit: SignInLimit = dashboard.app.state.authenticator._limit
    return [limit.by_session, limit.by_address, limit.by_user]


def ask(
    visitor: Visitor, address: str, path: str = "/rooms", user: str = "admin", password: str = WRONG
) -> Seen:
    """Ask for a page from an address, as a proxy on this machine reports it."""
    options = {"auth": (user, password), "headers": {"X-Forwarded-For": address}}
    return visitor.get(path, **options)


def pause(visitor: Visitor, address: str) -> None:
    """Try from an address until it is paused."""
    statuses = [ask(visitor, address).status for _ in range(TRIES + 1)]
    assert statuses == [401] * TRIES + [429]


def age(dashboard: Dashboard, seconds: float) -> None:
    """Make the counted tries that much older: the clock cannot be turned, its readings can."""
    for tries in counted(dashboard):
        for times in tries.times.values():
            times[:] = [time - seconds for time in times]


def test_pauses_an_address_and_says_until_when(visitor: Visitor) -> None:
    pause(visitor, "192.0.2.1")
    page = ask(visitor, "192.0.2.1")
    wait = int(page.headers["retry-after"])
    assert 1 <= wait <= 60
    assert f"Wait {wait} s" in page.text
    assert page.csrf == ""
    assert page.all("nav") == []
    assert "www-authenticate" not in page.headers


def test_even_the_right_password_is_refused_while_paused(visitor: Visitor) -> None:
    pause(visitor, "192.0.2.1")
    assert ask(visitor, "192.0.2.1", password=PASSWORD).status == 429
    assert ask(visitor, "192.0.2.2", password=PASSWORD).status == 200


def test_no_other_page_tells_the_right_password_while_paused(visitor: Visitor) -> None:
    pause(visitor, "192.0.2.1")
    right, wrong = (
        ask(visitor, "192.0.2.1", path="/nope", password=p) for p in (PASSWORD, "wrong")
    )
    assert right.status == wrong.status == 404
    assert right.all("nav") == []
    assert right.csrf == ""


@pytest.mark.parametrize("path", ["/nope", "/rooms", "/rooms?page=0", "/rooms/-/export.csv"])
def test_a_wrong_password_counts_once_wherever_it_is_tried(
    strict: Dashboard, visitor: Visitor, path: str
) -> None:
    for _ in range(TRIES - 1):
        ask(visitor, "192.0.2.1", path=path)
    assert ask(strict.visitor(), "192.0.2.1", password=PASSWORD).status == 200
    ask(visitor, "192.0.2.1", path=path)
    assert ask(strict.visitor(), "192.0.2.1", password=PASSWORD).status == 429


def test_who_sends_no_or_unreadable_credentials_is_not_counted(
    strict: Dashboard, visitor: Visitor
) -> None:
    nobody = strict.visitor(username=None)
    for header in ({}, {"Authorization": "Basic ***"}, {"Authorization": "Bearer x"}):
        for _ in range(TRIES + 1):
            assert nobody.get("/rooms", headers=header).status == 401
    assert visitor.get("/rooms").status == 200


def test_what_is_public_stays_open_while_paused(visitor: Visitor) -> None:
    pause(visitor, "192.0.2.1")
    for path in ("/health", "/logout"):
        assert ask(visitor, "192.0.2.1", path=path).status == 200


def test_a_network_of_ipv6_counts_as_one_address(visitor: Visitor) -> None:
    for number in range(TRIES):
        assert ask(visitor, f"2001:db8:0:1::{number}").status == 401
    assert ask(visitor, "2001:db8:0:1:ffff::1").status == 429
    assert ask(visitor, "2001:db8:0:2::1").status == 401


def test_ipv4_counts_by_its_address_however_it_is_written(visitor: Visitor) -> None:
    for number in range(TRIES):
        assert (
            ask(visitor, ("192.0.2.1", "::ffff:192.0.2.1", "::FFFF:C000:201")[number]).status == 401
        )
    assert ask(visitor, "::ffff:192.0.2.1").status == 429
    assert ask(visitor, "::ffff:192.0.2.2").status == 401
    assert ask(visitor, "192.0.2.2").status == 401


def test_it_recovers_when_the_minute_is_over(strict: Dashboard, visitor: Visitor) -> None:
    pause(visitor, "192.0.2.1")
    age(strict, 50)
    page = ask(visitor, "192.0.2.1", password=PASSWORD)
    assert page.status == 429
    assert int(page.headers["retry-after"]) <= 10
    age(strict, 11)
    assert ask(visitor, "192.0.2.1", password=PASSWORD).status == 200
    pause(visitor, "192.0.2.1")


def test_tries_while_paused_do_not_lengthen_the_pause(strict: Dashboard, visitor: Visitor) -> None:
    pause(visitor, "192.0.2.1")
    age(strict, 55)
    for _ in range(5):
        assert ask(visitor, "192.0.2.1").status == 429
    age(strict, 6)
    assert ask(visitor, "192.0.2.1", password=PASSWORD).status == 200


def spread(dashboard: Dashboard, user: str = "admin", tries: int = TRIES * USER_FACTOR) -> None:
    """Try one user name from that many addresses: as many as its limit has, it is paused."""
    visitor = dashboard.visitor()
    for number in range(tries):
        assert ask(visitor, f"198.51.100.{number}", user=user).status == 401


def test_pauses_a_user_over_all_addresses(strict: Dashboard) -> None:
    spread(strict)
    page = ask(strict.visitor(), "203.0.113.1", password=PASSWORD)
    assert page.status == 429
    assert 1 <= int(page.headers["retry-after"]) <= 60


def test_another_user_name_is_not_paused_with_it(strict: Dashboard) -> None:
    spread(strict, user="somebody")
    assert ask(strict.visitor(), "203.0.113.1", user="somebody").status == 429
    assert ask(strict.visitor(), "203.0.113.1", password=PASSWORD).status == 200


def test_nobody_can_lock_out_who_signed_in_with_this_browser_before(strict: Dashboard) -> None:
    operator = strict.visitor()
    assert ask(operator, "203.0.113.1", password=PASSWORD).status == 200
    pause(strict.visitor(), "203.0.113.9")
    spread(strict, tries=TRIES * USER_FACTOR - TRIES)
    for address in ("203.0.113.1", "203.0.113.9"):
        assert ask(strict.visitor(), address, password=PASSWORD).status == 429
        assert ask(operator, address, password=PASSWORD).status == 200


def test_a_browser_that_signed_in_before_has_no_more_tries(strict: Dashboard) -> None:
    operator = strict.visitor()
    assert ask(operator, "203.0.113.1", password=PASSWORD).status == 200
    for number in range(TRIES):  # from wherever
        assert ask(operator, f"203.0.113.{number}").status == 401
    assert ask(operator, "203.0.113.9", password=PASSWORD).status == 429
    assert ask(strict.visitor(), "203.0.113.1", password=PASSWORD).status == 200


@pytest.mark.parametrize("user", ["somebody", "", None])
def test_only_a_session_of_this_user_counts_as_signed_in_before(
    strict: Dashboard, user: str | None
) -> None:
    spread(strict)
    sessions = Sessions(Starlette(), strict.settings)
    for name, status in ((user, 429), ("admin", 200)):
        cookie = sessions.seal({"id": "some-id", "user": name}).partition(";")[0]
        headers = {"X-Forwarded-For": "203.0.113.1", "Cookie": cookie}
        assert strict.visitor().get("/rooms", headers=headers).status == status


def test_a_cookie_that_is_not_ours_opens_no_way_around(strict: Dashboard) -> None:
    spread(strict)
    visitor = strict.visitor()
    visitor.http.cookies.set("livekit-dashboard", "forged")
    assert ask(visitor, "203.0.113.1", password=PASSWORD).status == 429


def test_a_name_takes_the_same_place_however_long_it_is(
    visitor: Visitor, strict: Dashboard
) -> None:
    for number, name in enumerate(("a", "é" * 200, "x" * 200)):
        assert ask(visitor, f"192.0.2.{number}", user=name).status == 401
    sizes = {len(key) for tries in counted(strict) for key in tries.times}
    assert sizes == {16}


@pytest.mark.parametrize("name", ["x" * 801, "x" * 46_000])
def test_a_name_that_nobody_can_have_is_not_counted(
    visitor: Visitor, strict: Dashboard, name: str
) -> None:
    for _ in range(TRIES + 1):
        assert ask(visitor, "192.0.2.1", user=name, password=PASSWORD).status == 401
    assert [len(tries.times) for tries in counted(strict)] == [0, 0, 0]


def test_keys_whose_minute_is_over_are_forgotten(visitor: Visitor, strict: Dashboard) -> None:
    for number in range(20):
        ask(visitor, f"192.0.2.{number}", user=f"somebody-{number}")
    assert [len(tries.times) for tries in counted(strict)] == [0, 20, 20]
    age(strict, 61)
    assert ask(visitor, "192.0.2.1", password=PASSWORD).status == 200
    assert [len(tries.times) for tries in counted(strict)] == [0, 0, 0]
