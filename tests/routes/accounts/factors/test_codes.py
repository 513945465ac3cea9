"""/account/second-factor/codes: new recovery codes in place of the old ones."""

from tests.support.dashboard import Dashboard
from tests.support.factors import GROUPED, PAGE, Person, elsewhere

CODES = f"{PAGE}/codes"


def test_the_new_ones_are_good_and_the_old_ones_are_not(accounts: Dashboard, ada: Person) -> None:
    ada.set_up_app()
    seen = ada.send(CODES)
    assert seen.status == 200
    new = GROUPED.findall(seen.text)
    assert len(new) == 10
    assert not set(new) & set(ada.codes)
    again = elsewhere(accounts, ada)
    again.password()
    assert again.enter(ada.codes[0]).status == 401
    assert again.enter(new[0]).location == "/"
    assert "9 left" in ada.visitor.get(PAGE).text


def test_they_can_be_copied_and_downloaded_without_a_script(ada: Person) -> None:
    ada.set_up_app()
    seen = ada.send(CODES)
    codes = GROUPED.findall(seen.text)
    (link,) = seen.all("a", download="recovery-codes.txt")
    assert link["href"] == f"data:text/plain;charset=utf-8,{'%0A'.join(codes)}%0A"
    assert any(tags.get("data-copy") == "\n".join(codes) for _, tags in seen.tags)
    assert seen.headers["cache-control"] == "no-store"


def test_it_ends_the_other_sessions_only(accounts: Dashboard, ada: Person) -> None:
    ada.set_up_app()
    other = elsewhere(accounts, ada)
    other.password()
    other.enter(ada.code())
    assert other.visitor.get("/rooms").status == 200
    ada.send(CODES)
    assert other.visitor.get("/rooms").status == 303
    assert ada.visitor.get("/rooms").status == 200


def test_without_a_factor_there_are_none(ada: Person) -> None:
    ada.prove()
    seen = ada.send(CODES)
    assert seen.status == 409
    assert "Your account has no second factor" in seen.text
    assert GROUPED.findall(seen.text) == []


def test_none_left_is_said(accounts: Dashboard, ada: Person) -> None:
    ada.set_up_app()
    for code in ada.codes:
        again = elsewhere(accounts, ada)
        again.password()
        assert again.enter(code).location == "/"
    assert "You have no recovery codes left" in ada.visitor.get(PAGE).text
