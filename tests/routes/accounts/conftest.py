"""A dashboard with accounts, with SQLite; of each area, one file runs on both databases."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.routes.accounts.asked import Guarded, administrator, unique
from tests.support.dashboard import Dashboard
from tests.support.databases import KINDS, databases_of
from tests.support.factors import Person, person
from tests.support.people import add_person, browser, signed_in
from tests.support.stores import Databases
from tests.support.visitor import Visitor

# Pages know no SQL: what they call is tested on both databases, in tests/services/accounts.
ON_BOTH = {
    "test_by_proxy",
    "test_code",
    "test_links",
    "test_passkey_add",
    "test_roles",
    "test_sessions",
    "test_sign_in",
    "test_token_use",
    "test_users_invite",
    "test_users_list",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the files named above on both databases."""
    file = metafunc.module.__name__.rpartition(".")[2]
    if "databases" in metafunc.fixturenames and file in ON_BOTH:
        metafunc.parametrize("databases", KINDS, indirect=True, scope="session")


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Databases:
    """Empty databases: files of SQLite, in most files of tests."""
    kind = getattr(request, "param", "sqlite")
    return databases_of(kind, request, tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def accounts(databases: Databases, start_dashboard: Callable[..., Dashboard]) -> Dashboard:
    """A dashboard with a store in which nobody has an account yet."""
    return start_dashboard(database_url=databases.new())


@pytest.fixture(scope="module")
def root(accounts: Dashboard) -> Visitor:
    """The browser of an administrator with an account."""
    return administrator(accounts)


@pytest.fixture(scope="module")
def guarded_here(
    accounts: Dashboard, root: Visitor, start_dashboard: Callable[..., Dashboard]
) -> Guarded:
    """Check that an action refuses every role and request that must not do it."""
    read_only = start_dashboard(database_url=accounts.settings.stored_in, read_only=True)
    reader = administrator(read_only)

    def check(path: str, *, form: bool = True, **fields: str) -> None:
        for method in ("PUT", "PATCH", "DELETE") if form else ("GET", "PUT", "PATCH", "DELETE"):
            assert root.http.request(method, path).status_code == 405, method
        refused = browser(accounts).send(path, fields | {"csrf": root.token()})
        assert (refused.status, refused.csrf, refused.all("nav")) == (401, "", [])
        refused = reader.post(path, **fields)
        assert refused.status == 403
        assert "read-only" in refused.text
        foreign = root.send(
            path, fields | {"csrf": root.token()}, Origin="https://elsewhere.example"
        )
        assert foreign.status == 403
        for wrong in ("", "wrong", reader.token()):
            refused = root.send(path, fields | {"csrf": wrong})
            assert refused.status == 403
            assert "security token" in refused.text
            for value in fields.values():
                assert value in refused.html, f"{value!r} was typed, and is lost"
        for role in ("viewer", "operator"):
            name = unique(role)
            add_person(accounts, name, role)
            assert signed_in(accounts, name).post(path, **fields).status == 403

    return check


@pytest.fixture
def ada(accounts: Dashboard) -> Iterator[Person]:
    """Somebody who is signed in, without a factor."""
    made = person(accounts)
    yield made
    made.visitor.close()
