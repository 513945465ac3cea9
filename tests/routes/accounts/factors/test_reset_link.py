"""/reset: a link that replaces a password doesn't replace the second factor."""

from tests.routes.accounts.asked import link_in, unique
from tests.routes.accounts.test_links import used
from tests.support.dashboard import Dashboard
from tests.support.factors import Person, elsewhere
from tests.support.people import add_person, browser, signed_in
from tests.support.visitor import Visitor


def test_a_reset_does_not_replace_the_second_factor(
    accounts: Dashboard, root: Visitor, ada: Person
) -> None:
    ada.set_up_app()
    made = root.post(f"/users/{ada.number}/link")
    again = elsewhere(accounts, ada)
    seen = used(again.visitor, link_in(made))
    assert (seen.status, seen.location) == (303, "/sign-in/code")
    assert again.visitor.get("/rooms").status == 303
    assert again.enter(ada.code()).location == "/"
    assert again.visitor.get("/rooms").status == 200


def test_an_earlier_session_of_the_browser_ends_before_the_second_factor(
    accounts: Dashboard, root: Visitor, ada: Person
) -> None:
    ada.set_up_app()
    name = unique("bob")
    add_person(accounts, name)
    visitor, copied = signed_in(accounts, name), browser(accounts)
    copied.http.cookies.update(dict(visitor.http.cookies))
    assert copied.get("/rooms").status == 200
    link = link_in(root.post(f"/users/{ada.number}/link"))
    assert used(visitor, link).location == "/sign-in/code"
    assert copied.get("/rooms").status == 303
