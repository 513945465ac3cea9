"""/users/{account}/link: a link by which somebody chooses a password, shown once."""

from tests.routes.accounts.asked import Guarded, link_in, unique, user_of
from tests.support.dashboard import Dashboard
from tests.support.people import add_person, browser, signed_in
from tests.support.visitor import Visitor


def test_a_reset_link(accounts: Dashboard, root: Visitor) -> None:
    name = unique("anna")
    number = add_person(accounts, name)
    anna = signed_in(accounts, name)
    assert "Create a reset link?" in root.get(f"/users/{number}/link").text
    page = root.post(f"/users/{number}/link")
    assert page.status == 200
    link = link_in(page)
    assert link.startswith("/reset?key=")
    assert browser(accounts).get(link).status == 200
    assert anna.get("/rooms").status == 200  # until the link is used
    shown = root.get(f"/users/{number}")
    assert "Reset link good until" in shown.text
    assert link.partition("key=")[2] not in shown.html


def test_a_new_invitation_replaces_the_first(accounts: Dashboard, root: Visitor) -> None:
    made = root.post("/users/-/new", name=unique("anna"), role="viewer")
    first = link_in(made)
    place = user_of(made)
    second = link_in(root.post(f"{place}/link"))
    assert second.startswith("/invitation?key=")
    assert browser(accounts).get(first).status == 410
    assert browser(accounts).get(second).status == 200


def test_a_second_click_makes_the_first_link_void(accounts: Dashboard, root: Visitor) -> None:
    number = add_person(accounts, unique("anna"))
    token = root.token()
    links = [link_in(root.post(f"/users/{number}/link", csrf=token)) for _ in range(2)]
    assert [browser(accounts).get(link).status for link in links] == [410, 200]


def test_a_disabled_user_gets_none(accounts: Dashboard, root: Visitor) -> None:
    number = add_person(accounts, unique("anna"))
    link = link_in(root.post(f"/users/{number}/link"))
    root.post(f"/users/{number}/disable")
    seen = root.post(f"/users/{number}/link")
    assert seen.status == 409
    assert "Enable the account first" in seen.text
    assert browser(accounts).get(link).status == 410
    root.post(f"/users/{number}/enable")
    assert browser(accounts).get(link).status == 410


def test_refuses_what_it_must(accounts: Dashboard, guarded_here: Guarded) -> None:
    guarded_here(f"/users/{add_person(accounts, unique('anna'))}/link")
