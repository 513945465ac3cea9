"""/users: the accounts by name, filtered, and paged."""

import pytest

from tests.routes.accounts.asked import link_in, unique
from tests.support.dashboard import Dashboard
from tests.support.people import add_person, browser, signed_in
from tests.support.visitor import Seen, Visitor


def names(page: Seen, part: str) -> list[str]:
    """Return the names of the rows that have a part in common."""
    links = [a for a in page.all("a") if a.get("href", "").startswith("/users/")]
    return [a["title"] for a in links if part in a.get("title", "")]


def test_a_row_says_role_status_and_last_seen(accounts: Dashboard, root: Visitor) -> None:
    part = unique("row")
    add_person(accounts, f"{part} b", "operator")
    signed_in(accounts, f"{part} b")
    link_in(root.post("/users/-/new", name=f"{part} a", role="viewer"))
    page = root.get("/users", params={"q": part.upper()})
    assert names(page, part) == [f"{part} a", f"{part} b"]
    assert "invited 0 never" in page.text
    assert "active 1 " in page.text
    assert page.all("a", href="/roles/operator")
    assert root.get("/users", params={"q": "no such user <&>"}).text.count("No matching users") == 1


def test_filters(accounts: Dashboard, root: Visitor) -> None:
    part = unique("filters")
    for name, role in (("a", "viewer"), ("b", "operator"), ("c", "viewer")):
        number = add_person(accounts, f"{part} {name}", role)
    root.post(f"/users/{number}/disable")
    found = names(root.get("/users", params={"q": part, "role": "viewer"}), part)
    assert found == [f"{part} a", f"{part} c"]
    for state, wanted in (("disabled", ["c"]), ("active", ["a", "b"]), ("invited", [])):
        found = names(root.get("/users", params={"q": part, "state": state}), part)
        assert found == [f"{part} {name}" for name in wanted], state
    assert root.get("/users", params={"state": "gone"}).status == 422


def test_pages_lead_on_and_back(accounts: Dashboard, root: Visitor) -> None:
    part = unique("pages")
    for number in range(5):
        add_person(accounts, f"{part} {number}")
    first = root.get("/users", params={"q": part, "per_page": 2})
    assert names(first, part) == [f"{part} 0", f"{part} 1"]
    second = root.get(first.all("a", rel="next")[0]["href"])
    assert names(second, part) == [f"{part} 2", f"{part} 3"]
    last = root.get(second.all("a", rel="next")[0]["href"])
    assert names(last, part) == [f"{part} 4"]
    assert last.all("a", rel="next") == []
    back = root.get(last.all("a", rel="prev")[0]["href"])
    assert names(back, part) == names(second, part)


@pytest.mark.parametrize("q", ["%", "\\", "\0", "'; --", "\U0001f600", "x" * 1000])
def test_odd_texts_are_only_searched(root: Visitor, q: str) -> None:
    assert root.get("/users", params={"q": q, "before": q, "role": q[:200]}).status == 200


def test_the_emergency_account_is_named(root: Visitor) -> None:
    assert "Besides these, admin can sign in" in root.get("/users").text


def test_visitors_are_led_to_sign_in(accounts: Dashboard) -> None:
    assert browser(accounts).get("/users").location == "/sign-in?next=%2Fusers"


def test_who_only_reads_is_offered_no_change(accounts: Dashboard, root: Visitor) -> None:
    role, name = unique("auditor"), unique("reader")
    seen = root.post("/roles/-/new", name=role, permission=["accounts.read", "audit.read"])
    assert seen.status == 303
    number = add_person(accounts, name, role)
    reader = signed_in(accounts, name)
    for path in ("/users", f"/users/{number}", "/roles", "/roles/viewer"):
        page = reader.get(path)
        assert page.status == 200, path
        for word in ("/-/new", "/edit", "/delete", "/disable", "/link", "/end-sessions"):
            assert word not in page.html, (path, word)
