"""/account/second-factor: which factors one's account has."""

from tests.support.dashboard import Dashboard
from tests.support.factors import PAGE, Person, elsewhere
from tests.support.people import browser


def test_it_says_what_there_is(accounts: Dashboard, ada: Person) -> None:
    page = ada.visitor.get(PAGE)
    assert "Set up app" in page.text
    assert "Recovery codes" not in page.text
    assert "Remove password" not in page.text
    ada.set_up_app()
    key = ada.add_passkey(name="Blue key")
    page = ada.visitor.get(PAGE)
    assert "Remove app" in page.text
    assert "10 left" in page.text
    assert "Remove password" in page.text
    elsewhere(accounts, ada).use(key, "/sign-in")
    assert "never" not in ada.visitor.get(PAGE).text


def test_an_ip_address_has_no_passkeys(accounts: Dashboard, ada: Person) -> None:
    visitor = browser(accounts)
    ada.password(visitor)
    assert "work at this address" in visitor.get(PAGE).text
    visitor.close()


def test_programs_have_no_factors(accounts: Dashboard) -> None:
    program = accounts.visitor()
    assert program.get(PAGE).status == 403
    program.close()
