"""/account/tokens: one's own tokens, with their last use, and nobody else's."""

from tests.support.dashboard import PASSWORD, Dashboard
from tests.support.people import signed_in
from tests.support.tokens import give_token, program
from tests.support.waiting import until


def test_nothing_is_explained(accounts: Dashboard) -> None:
    given = give_token(accounts)
    other = signed_in(accounts, give_token(accounts, name="another").owner)
    assert "another" in other.get("/account/tokens").text
    mine = signed_in(accounts, given.owner)
    page = mine.get("/account/tokens")
    assert "a program" in page.text
    assert "another" not in page.text
    other.close()
    mine.close()


def test_it_says_what_each_may_do_and_when_it_was_used(accounts: Dashboard) -> None:
    given = give_token(accounts, "operator", ["rooms.read", "gone.read"], None, "<b>& \u202edrow")
    program(accounts, given).get("/keys")
    mine = signed_in(accounts, given.owner)
    until(lambda: "127.0.0.1" in mine.get("/account/tokens").text)
    page = mine.get("/account/tokens")
    assert "<b>" not in page.html.partition('id="token-')[2].partition("</tr>")[0]
    assert page.all("span", title="View rooms and participants")
    assert page.all("span", title="Unknown to this version of the dashboard")
    assert "never" in page.text
    assert given.secret not in page.html
    assert given.secret[-4:] in page.text
    mine.close()


def test_the_emergency_account_has_none(accounts: Dashboard) -> None:
    admin = signed_in(accounts, "admin", PASSWORD)
    assert "The emergency account has no tokens" in admin.get("/account/tokens").text
    assert admin.get("/account/tokens/-/new").status == 404
    admin.close()


def test_a_password_alone_is_not_enough(accounts: Dashboard) -> None:
    assert accounts.visitor().get("/account/tokens").status == 403
    assert accounts.visitor(username=None).get("/account/tokens").status == 401
