"""/users/{account}/disable and …/enable: who can't sign in, and can again."""

from tests.routes.accounts.asked import Guarded, unique
from tests.support.dashboard import Dashboard
from tests.support.people import SECRET, add_person, browser, signed_in
from tests.support.visitor import Visitor


def status_of_sign_in(accounts: Dashboard, name: str) -> int:
    """Try to sign in, and return the status."""
    visitor = browser(accounts)
    csrf = visitor.get("/sign-in").csrf
    return visitor.post("/sign-in", csrf=csrf, name=name, password=SECRET).status


def test_it_ends_all_sessions_and_keeps_from_signing_in(accounts: Dashboard, root: Visitor) -> None:
    name = unique("anna")
    number = add_person(accounts, name)
    both = [signed_in(accounts, name) for _ in range(2)]
    assert "2 sessions end now." in root.get(f"/users/{number}/disable").text
    seen = root.post(f"/users/{number}/disable")
    page = root.follow(seen)
    assert f"{name} was disabled." in page.text
    assert "Not signed in anywhere." in page.text
    assert [visitor.get("/rooms").status for visitor in both] == [303, 303]
    assert status_of_sign_in(accounts, name) == 401
    page = root.follow(root.post(f"/users/{number}/enable"))
    assert f"{name} can sign in again." in page.text
    assert both[0].get("/rooms").status == 303
    assert status_of_sign_in(accounts, name) == 303


def test_a_second_click_says_so(accounts: Dashboard, root: Visitor) -> None:
    number = add_person(accounts, unique("anna"))
    for action in ("disable", "enable"):
        assert root.post(f"/users/{number}/{action}").status == 303
        seen = root.post(f"/users/{number}/{action}")
        assert seen.status == 409
        assert "Nothing was changed." in seen.text


def test_one_may_disable_oneself_if_somebody_is_left(accounts: Dashboard, root: Visitor) -> None:
    name = unique("second")
    number = add_person(accounts, name, "admin")
    second = signed_in(accounts, name)
    assert second.post(f"/users/{number}/disable").status == 303
    assert second.get("/users").status == 303
    assert "disabled" in root.get(f"/users/{number}").text


def test_refuses_what_it_must(accounts: Dashboard, guarded_here: Guarded) -> None:
    number = add_person(accounts, unique("anna"))
    guarded_here(f"/users/{number}/disable")
    guarded_here(f"/users/{number}/enable", form=False)
