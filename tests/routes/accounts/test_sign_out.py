"""/sign-out ends the session in the store too: a copied cookie is good no longer."""

import secrets

from tests.support.dashboard import Dashboard
from tests.support.people import add_person, browser, signed_in


def test_it_really_ends_the_session(accounts: Dashboard) -> None:
    name = f"bo {secrets.token_hex(4)}"
    add_person(accounts, name)
    bo, thief = signed_in(accounts, name), browser(accounts)
    thief.http.cookies.update(dict(bo.http.cookies))
    assert thief.get("/rooms").status == 200
    seen = bo.post("/sign-out")
    assert (seen.status, seen.location) == (303, "/sign-in?signed-out=1")
    assert "You have signed out" in bo.follow(seen).text
    assert bo.get("/rooms").status == 303
    assert thief.get("/rooms").status == 303
    bo.close()
    thief.close()


def test_it_needs_a_token_and_a_post(accounts: Dashboard) -> None:
    name = f"cy {secrets.token_hex(4)}"
    add_person(accounts, name)
    cy = signed_in(accounts, name)
    assert cy.post("/sign-out", csrf="wrong").status == 403
    assert cy.get("/sign-out").status == 405
    assert cy.get("/rooms").status == 200
    assert cy.post("/sign-out").status == 303
    cy.close()


def test_a_session_that_has_ended_is_signed_out(accounts: Dashboard) -> None:
    name = f"di {secrets.token_hex(4)}"
    add_person(accounts, name)
    di, elsewhere = signed_in(accounts, name), signed_in(accounts, name)
    token = di.token()
    assert elsewhere.post("/account/sessions/end-others").status == 303
    seen = di.send("/sign-out", {"csrf": token})
    assert (seen.status, seen.location) == (303, "/sign-in?signed-out=1")
    for visitor in (di, elsewhere):
        visitor.close()


def test_the_page_of_http_basic_ends_it_too(accounts: Dashboard) -> None:
    name = f"ed {secrets.token_hex(4)}"
    add_person(accounts, name)
    ed, thief = signed_in(accounts, name), browser(accounts)
    thief.http.cookies.update(dict(ed.http.cookies))
    assert ed.get("/logout").status == 200
    assert thief.get("/rooms").status == 303
    for visitor in (ed, thief):
        visitor.close()


def test_a_program_without_a_session_is_told_so(accounts: Dashboard) -> None:
    program = accounts.visitor()
    assert program.post("/sign-out").status == 403
    program.close()
