"""/account/sessions: one's own sessions, and no others, can be ended."""

import re
import secrets
from collections.abc import Iterator

import pytest

from tests.support.dashboard import Dashboard
from tests.support.people import add_person, signed_in
from tests.support.visitor import Visitor

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def two(accounts: Dashboard) -> Iterator[tuple[Visitor, Visitor]]:
    """Two browsers of one person."""
    name = f"ida {secrets.token_hex(4)}"
    add_person(accounts, name)
    both = signed_in(accounts, name), signed_in(accounts, name)
    yield both
    for visitor in both:
        visitor.close()


def buttons(visitor: Visitor) -> list[str]:
    page = visitor.get("/account/sessions")
    return re.findall(r'formaction="(/account/sessions/\d+/end)"', page.html)


def test_one_ends_another(two: tuple[Visitor, Visitor]) -> None:
    one, other = two
    (end,) = buttons(one)
    seen = one.post(end)
    assert "The session has ended" in one.follow(seen).text
    assert other.get("/rooms").status == 303
    assert one.get("/rooms").status == 200
    assert one.post(end).status == 404


def test_all_others_end(two: tuple[Visitor, Visitor]) -> None:
    one, other = two
    assert "1 other session ended" in one.follow(one.post("/account/sessions/end-others")).text
    assert (one.get("/rooms").status, other.get("/rooms").status) == (200, 303)
    assert buttons(one) == []


def test_nobody_elses(two: tuple[Visitor, Visitor], accounts: Dashboard) -> None:
    (end,) = buttons(two[0])
    name = f"jon {secrets.token_hex(4)}"
    add_person(accounts, name)
    stranger = signed_in(accounts, name)
    assert stranger.post(end).status == 404
    assert stranger.post("/account/sessions/end-others").status == 303
    assert two[1].get("/rooms").status == 200
    stranger.close()


def test_the_device_is_named(accounts: Dashboard) -> None:
    name = f"kim {secrets.token_hex(4)}"
    add_person(accounts, name)
    kim = signed_in(accounts, name)
    kim.http.headers["User-Agent"] = FIREFOX
    kim.post("/sign-out")
    csrf = kim.get("/sign-in").csrf
    kim.post("/sign-in", csrf=csrf, name=name, password="a-Long-password-7")
    page = kim.get("/account/sessions")
    assert "Firefox 140 on Linux" in page.text
    assert "127.0.0.1" in page.text
    kim.close()


def test_it_needs_a_token(two: tuple[Visitor, Visitor]) -> None:
    (end,) = buttons(two[0])
    assert two[0].post(end, csrf="wrong").status == 403
    assert two[0].get(end).status == 405
    assert two[1].get("/rooms").status == 200
