"""/account/tokens/-/new: a token with a name, permissions and an end, shown once."""

import json
import re
from collections.abc import Iterator

import pytest

from app.services.accounts import tokens
from app.store.store import Store
from tests.routes.filled import filled
from tests.support.dashboard import PASSWORD, Dashboard
from tests.support.leaks import LEAKS
from tests.support.people import signed_in
from tests.support.stores import in_store
from tests.support.tokens import Given, give_token
from tests.support.visitor import Seen, Visitor

NEW = "/account/tokens/-/new"


@pytest.fixture
def owner(accounts: Dashboard) -> Given:
    """Somebody with an account, an operator."""
    return give_token(accounts, "operator")


@pytest.fixture
def visitor(accounts: Dashboard, owner: Given) -> Iterator[Visitor]:
    """A browser in which the owner is signed in."""
    made = signed_in(accounts, owner.owner)
    yield made
    made.close()


def secret_in(page: Seen) -> str:
    assert page.status == 200, page.text
    (field,) = page.all("input", id="token")
    LEAKS.keep(field["value"], "a token")
    return field["value"]


def test_it_is_shown_once_and_works(accounts: Dashboard, visitor: Visitor) -> None:
    form = filled(visitor.get(NEW)) | {"name": "  ci ", "permission": ["rooms.read"]}
    assert form["days"] == "90"
    made = visitor.send(NEW, form)
    secret = secret_in(made)
    assert tokens.FORM.fullmatch(secret)
    assert made.all("button", **{"data-copy": secret})
    assert f"Authorization: Bearer {secret}" in made.text
    assert f"{accounts.url}/api/v1/rooms" in made.text
    assert made.headers["cache-control"] == "no-store"
    listed = visitor.get("/account/tokens")
    assert " ci " in listed.text
    assert secret not in listed.html
    program = accounts.visitor(username=None)
    bearer = {"Authorization": f"Bearer {secret}"}
    assert program.get("/rooms", headers=bearer).status == 200
    assert program.get("/egress", headers=bearer).status == 403


@pytest.mark.parametrize("days", ["7", "365", "never"])
def test_it_ends_when_asked(accounts: Dashboard, owner: Given, visitor: Visitor, days: str) -> None:
    form = filled(visitor.get(NEW)) | {"name": "ci", "scope": "all", "days": days}
    secret_in(visitor.send(NEW, form))

    async def newest(store: Store) -> tokens.Token:
        return (await tokens.listed(store, owner.user))[0]

    token = in_store(accounts.settings.stored_in, newest)
    assert token.permissions is None
    lifetime = token.expires - token.created if token.expires else None
    assert (str(lifetime.days) if lifetime else "never") == days


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "x" * 101}),
        ("name", {"name": "a\x07b"}),
        ("permission", {"permission": []}),
        ("permission", {"permission": ["audit.read"]}),  # which an operator hasn't
        ("permission", {"permission": ["accounts.write"]}),
        ("permission", {"permission": ["no.such"]}),
        ("days", {"days": "100000"}),
    ],
)
def test_what_is_wrong_is_marked_and_the_rest_kept(
    visitor: Visitor, field: str, fields: dict[str, object]
) -> None:
    form = filled(visitor.get(NEW)) | {"name": "ci", "permission": ["rooms.read"]} | fields
    refused = visitor.send(NEW, form)
    assert refused.status == 422
    assert refused.all("p", id=f"e-{field}")
    assert not refused.all("input", id="token")
    if field != "permission":
        assert "checked" in refused.all("input", value="rooms.read")[0]


def test_only_what_one_has_is_offered(accounts: Dashboard) -> None:
    for role, offered in (("viewer", False), ("admin", True)):
        visitor = signed_in(accounts, give_token(accounts, role).owner)
        page = visitor.get(NEW)
        assert bool(page.all("input", value="audit.read")) == offered
        assert not page.all("input", value="accounts.write")
        visitor.close()


def test_the_audit_has_all_but_the_token(visitor: Visitor, accounts: Dashboard) -> None:
    form = filled(visitor.get(NEW)) | {"name": "audited", "permission": ["rooms.read"]}
    secret = secret_in(visitor.send(NEW, form))
    admin = signed_in(accounts, "admin", PASSWORD)
    listed = admin.get("/audit", params={"area": "account"})
    entry = re.findall(r'id="entry-(\d+)"', listed.html)[0]
    page = admin.get(f"/audit/{entry}")
    assert "Create API token" in page.text
    assert "audited" in page.text
    assert "rooms.read" in page.text
    assert secret not in page.html
    exported = json.loads(admin.get("/audit/-/export.json").html)
    assert secret not in json.dumps(exported)
    admin.close()


def test_it_needs_a_session_and_a_csrf_token(accounts: Dashboard, visitor: Visitor) -> None:
    form = {"name": "ci", "scope": "all"}
    assert visitor.send(NEW, form | {"csrf": "wrong"}).status == 403
    own = visitor.token()
    assert visitor.send(NEW, form | {"csrf": own}, Origin="https://evil.example").status == 403
    assert accounts.visitor().post(NEW, **form).status == 403
    assert accounts.visitor(username=None).send(NEW, form).status == 401
