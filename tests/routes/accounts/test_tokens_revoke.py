"""/account/tokens/ID/revoke: one's own token ends for good."""

from tests.support.dashboard import Dashboard
from tests.support.people import signed_in
from tests.support.tokens import give_token, program


def test_it_ends_at_once(accounts: Dashboard) -> None:
    given = give_token(accounts, name="<i>old</i>")
    user = program(accounts, given)
    assert user.get("/keys").status == 200
    mine = signed_in(accounts, given.owner)
    path = f"/account/tokens/{given.number}/revoke"
    asked = mine.get(path)
    assert "<i>old</i>" in asked.text
    seen = mine.post(path)
    assert (seen.status, seen.location) == (303, "/account/tokens")
    page = mine.follow(seen)
    assert "The token <i>old</i> was revoked" in page.text
    assert "No tokens yet" in page.text
    assert user.get("/keys").status == 401
    assert mine.get(path).status == 404
    assert mine.post(path).status == 404
    mine.close()


def test_nobody_revokes_anothers(accounts: Dashboard) -> None:
    given, other = give_token(accounts), give_token(accounts, "admin")
    visitor = signed_in(accounts, other.owner)
    for number in (given.number, 2**62):
        assert visitor.get(f"/account/tokens/{number}/revoke").status == 404
        assert visitor.post(f"/account/tokens/{number}/revoke").status == 404
    assert visitor.get("/account/tokens/x/revoke").status == 422
    assert program(accounts, given).get("/keys").status == 200
    visitor.close()


def test_a_token_revokes_none_and_a_form_needs_its_csrf_token(accounts: Dashboard) -> None:
    given = give_token(accounts, "admin")
    path = f"/account/tokens/{given.number}/revoke"
    assert program(accounts, given).send(path, {}).status == 403
    mine = signed_in(accounts, given.owner)
    assert mine.post(path, csrf="wrong").status == 403
    assert program(accounts, given).get("/keys").status == 200
    mine.close()
