"""/sign-in: people sign in with name and password, and everything else leads there."""

import secrets
from collections.abc import Callable, Iterator

import pytest

from tests.support.dashboard import PASSWORD, Dashboard
from tests.support.people import SECRET, add_person, browser, signed_in
from tests.support.stores import Databases
from tests.support.visitor import Seen, Visitor


@pytest.fixture
def anna(accounts: Dashboard) -> str:
    """The name of somebody with an account, a viewer."""
    name = f"anna {secrets.token_hex(4)}"
    add_person(accounts, name)
    return name


@pytest.fixture
def visitor(accounts: Dashboard) -> Iterator[Visitor]:
    """A browser in which nobody is signed in."""
    made = browser(accounts)
    yield made
    made.close()


def tried(visitor: Visitor, name: str, password: str, **fields: str) -> Seen:
    csrf = visitor.get("/sign-in").csrf
    return visitor.post("/sign-in", **({"csrf": csrf} | fields), name=name, password=password)


def test_every_page_leads_to_it_and_it_leads_back(visitor: Visitor, anna: str) -> None:
    opened = visitor.get("/rooms?q=a%26b")
    assert (opened.status, opened.location) == (303, "/sign-in?next=%2Frooms%3Fq%3Da%2526b")
    form = visitor.follow(opened)
    assert "You'll return to Rooms" in form.text
    (back,) = form.all("input", name="next")
    seen = visitor.post("/sign-in", csrf=form.csrf, name=anna, password=SECRET, next=back["value"])
    assert (seen.status, seen.location) == (303, "/rooms?q=a%26b")
    page = visitor.follow(seen)
    assert anna in page.text
    assert visitor.get("/sign-in?next=/rooms").location == "/rooms"


@pytest.mark.parametrize("wrong", ["wrong-password-1", "x" * 900, "\N{SNOWMAN}" * 12])
def test_a_wrong_password_is_refused_and_the_name_kept(
    visitor: Visitor, anna: str, wrong: str
) -> None:
    seen = tried(visitor, anna, wrong)
    assert seen.status == 401
    assert "The name or the password is wrong" in seen.text
    assert seen.all("input", name="name")[0]["value"] == anna
    assert "value" not in seen.all("input", name="password")[0]
    assert "www-authenticate" not in seen.headers
    assert visitor.get("/rooms").status == 303


def test_an_unknown_name_is_answered_like_a_wrong_password(visitor: Visitor, anna: str) -> None:
    known, unknown = (tried(visitor, name, "wrong-password-1") for name in (anna, "nobody"))
    assert known.text.replace(anna, "") == unknown.text.replace("nobody", "")


@pytest.mark.parametrize("fields", [{"name": "", "password": ""}, {"name": "x" * 300}])
def test_what_is_missing_or_too_long_is_marked(visitor: Visitor, fields: dict[str, str]) -> None:
    seen = tried(visitor, **({"name": "anna", "password": SECRET} | fields))
    assert seen.status == 422
    assert seen.all("input", name="name")[0]["aria-invalid"] == "true"


@pytest.mark.parametrize("token", ["", "wrong"])
def test_it_needs_a_token_of_this_browser(visitor: Visitor, anna: str, token: str) -> None:
    seen = tried(visitor, anna, SECRET, csrf=token)
    assert seen.status == 403
    assert visitor.get("/rooms").status == 303
    again = visitor.post("/sign-in", csrf=seen.csrf, name=anna, password=SECRET)
    assert again.status == 303


def test_another_site_cant_sign_anybody_in(visitor: Visitor, anna: str) -> None:
    csrf = visitor.get("/sign-in").csrf
    fields = {"csrf": csrf, "name": anna, "password": SECRET}
    assert visitor.send("/sign-in", fields, Origin="https://evil.example").status == 403


@pytest.mark.parametrize(
    "place", ["//evil.example", "https://evil.example", "/\\evil.example", "x"]
)
def test_it_leads_to_no_other_site(visitor: Visitor, anna: str, place: str) -> None:
    form = visitor.get("/sign-in", params={"next": place})
    assert form.all("input", name="next")[0]["value"] == "/"
    seen = visitor.post("/sign-in", csrf=form.csrf, name=anna, password=SECRET, next=place)
    assert seen.location == "/"
    assert visitor.get("/sign-in", params={"next": place}).location == "/"


@pytest.mark.parametrize("query", ["q=" + "x" * 3000, "q=" + "\N{SNOWMAN}" * 200])
def test_no_place_is_too_long_for_a_proxy(visitor: Visitor, anna: str, query: str) -> None:
    """Proxies accept 4 KB of response headers by default."""
    opened = visitor.get(f"/rooms?{query}")
    assert opened.location == "/sign-in?next=%2Frooms"
    form = visitor.follow(opened)
    fields = {"csrf": form.csrf, "name": anna, "password": SECRET}
    assert visitor.post("/sign-in", **fields, next=f"/rooms?{query}").location == "/rooms"
    assert visitor.get("/sign-in", params={"next": "/" + "x" * 3000}).location == "/"


def test_a_name_of_emoji_fits_into_the_cookie(visitor: Visitor, accounts: Dashboard) -> None:
    name = "\N{VIDEO CAMERA}" * 190 + secrets.token_hex(4)
    add_person(accounts, name)
    seen = tried(visitor, name, SECRET)
    assert seen.status == 303
    assert len(seen.headers["set-cookie"]) < 2048
    assert visitor.get("/rooms").status == 200


def test_a_cookie_left_behind_is_no_way_around_the_limit(
    databases: Databases, start_dashboard: Callable[..., Dashboard]
) -> None:
    few = start_dashboard(database_url=databases.new(), signin_tries_per_minute=3)
    add_person(few, "anna")
    left = signed_in(few, "anna")
    left.post("/sign-out")
    cookies = dict(left.http.cookies)
    statuses = []
    for _ in range(6):
        copy = browser(few)
        copy.http.cookies.update(cookies)
        statuses.append(tried(copy, "anna", "wrong-password-1").status)
        copy.close()
    assert statuses == [401] * 3 + [429] * 3
    left.close()


def test_the_cookie_changes_so_that_nobody_can_fix_it_before(
    visitor: Visitor, accounts: Dashboard, anna: str
) -> None:
    visitor.get("/sign-in")
    before = dict(visitor.http.cookies)
    tried(visitor, anna, SECRET)
    assert dict(visitor.http.cookies) != before
    with_old = browser(accounts)
    with_old.http.cookies.update(before)
    assert with_old.get("/rooms").status == 303
    with_old.close()


@pytest.mark.parametrize("spelling", [str.upper, lambda name: f"  {name} "])
def test_case_and_outer_spaces_dont_count(
    visitor: Visitor, anna: str, spelling: Callable[[str], str]
) -> None:
    assert tried(visitor, spelling(anna), SECRET).status == 303


def test_the_emergency_account_signs_in_too(visitor: Visitor) -> None:
    assert tried(visitor, "admin", PASSWORD).status == 303
    assert visitor.get("/audit").status == 200


def test_programs_are_asked_for_a_password_and_may_send_it(accounts: Dashboard) -> None:
    program = accounts.visitor()
    assert program.get("/audit").status == 200
    program.close()
    nobody = accounts.visitor(username=None)
    assert nobody.get("/audit").headers["www-authenticate"].startswith("Basic")
    nobody.close()


def test_signing_in_and_failing_to_are_in_the_audit(visitor: Visitor, accounts: Dashboard) -> None:
    name = f"eve {secrets.token_hex(4)}"
    add_person(accounts, name)
    tried(visitor, name, "wrong-password-1")
    tried(visitor, name, SECRET)
    admin = signed_in(accounts, "admin", PASSWORD)
    listed = admin.get("/audit", params={"actor": name})
    assert listed.text.count("Sign in ") >= 2
    assert "refused" in listed.text
    assert "done" in listed.text
    admin.close()
