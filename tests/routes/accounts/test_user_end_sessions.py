"""/users/{account}/end-sessions: somebody has to sign in again, everywhere."""

from tests.routes.accounts.asked import Guarded, unique
from tests.support.dashboard import Dashboard
from tests.support.people import add_person, signed_in
from tests.support.visitor import Visitor


def test_all_of_them_end(accounts: Dashboard, root: Visitor) -> None:
    name = unique("anna")
    number = add_person(accounts, name)
    both = [signed_in(accounts, name) for _ in range(2)]
    page = root.get(f"/users/{number}")
    assert page.text.count("127.0.0.1") >= 2
    token = root.token()
    page = root.follow(root.post(f"/users/{number}/end-sessions", csrf=token))
    assert f"2 sessions of {name} ended." in page.text
    assert [visitor.get("/rooms").status for visitor in both] == [303, 303]
    page = root.follow(root.post(f"/users/{number}/end-sessions", csrf=token))
    assert f"0 sessions of {name} ended." in page.text
    assert signed_in(accounts, name).get("/rooms").status == 200


def test_refuses_what_it_must(accounts: Dashboard, guarded_here: Guarded) -> None:
    guarded_here(f"/users/{add_person(accounts, unique('anna'))}/end-sessions", form=False)
