"""`livekit-dashboard users …`, run as a person runs it, also while a dashboard serves."""

import asyncio
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from app.services.accounts import accounts
from app.services.accounts.accounts import Account
from app.services.audit.listing import Wanted, every
from app.services.audit.rows import as_json
from app.store.store import Store
from tests.routes.accounts.asked import unique
from tests.support.commands import run, run_apart
from tests.support.dashboard import Dashboard
from tests.support.leaks import LEAKS
from tests.support.people import SECRET, browser, signed_in
from tests.support.stores import Databases, in_store

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def accounts_of(databases: Databases, start_dashboard: Callable[..., Dashboard]) -> Dashboard:
    """A dashboard that serves meanwhile."""
    LEAKS.keep(SECRET, "a password")
    return start_dashboard(database_url=databases.new())


@pytest.fixture
def users(accounts_of: Dashboard, tmp_path: Path) -> Command:
    """Run a command about the users of the dashboard."""

    def command(*words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        url = accounts_of.settings.stored_in
        return run_apart(tmp_path, "users", *words, typed=typed, DATABASE_URL=url)

    return command


def account(dashboard: Dashboard, name: str) -> Account | None:
    """Return the account of this name."""
    return in_store(dashboard.settings.stored_in, lambda store: accounts.by_name(store, name))


def test_add_takes_the_password_from_standard_input(accounts_of: Dashboard, users: Command) -> None:
    name = unique("Zoë")
    added = users("add", name, "--role", "operator", "--email", "z@e.example", typed=f"{SECRET}\n")
    assert (added.returncode, added.stderr) == (0, "")
    assert added.stdout == f"{name} was added with the role operator.\n"
    assert signed_in(accounts_of, name).get("/rooms/-/new").status == 200
    again = users("add", name, "--role", "viewer", typed=SECRET)
    assert again.returncode == 1
    assert "This name is taken: There is already an account" in again.stderr
    listed = users("list")
    assert listed.returncode == 0
    (row,) = [line for line in listed.stdout.splitlines() if name in line]
    assert row.split()[-1] == "z@e.example"
    assert "operator" in row


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (("add", "anna", "--role", "viewer"), "", "Use at least 12 characters."),
        (("add", "anna", "--role", "viewer"), "short\n", "Use at least 12 characters."),
        (("add", "anna", "--role", "viewer"), "1qaz2wsx3edc", "most common passwords"),
        (("add", "a:b", "--role", "viewer"), SECRET, "colon"),
        (("add", "anna", "--role", "viewer", "--email", "x"), SECRET, "e-mail address"),
        (("add", "anna", "--role", "viewer", "--url", "ftp://x", "--invite"), "", "--url"),
        (("add", "anna"), SECRET, "--role"),
        (("reset", "anna", "--password"), "short", "Use at least 12 characters."),
    ],
)
def test_wrong_words_are_exit_code_2(
    tmp_path: Path, words: tuple[str, ...], typed: str, said: str
) -> None:
    file = tmp_path / "never-opened.db"
    done = run(tmp_path, "users", *words, typed=typed, DATABASE_URL=f"sqlite:///{file}")
    assert done.returncode == 2
    assert said in done.stderr
    assert SECRET not in done.stderr
    assert not file.exists()


@pytest.mark.parametrize(
    "words",
    [("role", "nobody", "viewer"), ("reset", "nobody"), ("disable", "nobody"), ("enable", "no")],
)
def test_an_unknown_name(users: Command, words: tuple[str, ...]) -> None:
    done = users(*words)
    assert done.returncode == 1
    assert "There is no account with the name" in done.stderr


def test_an_unknown_role(accounts_of: Dashboard, users: Command) -> None:
    name = unique("anna")
    done = users("add", name, "--role", "king", typed=SECRET)
    assert done.returncode == 1
    assert "There is no such role" in done.stderr
    assert account(accounts_of, name) is None


def test_role_disable_and_enable(accounts_of: Dashboard, users: Command) -> None:
    name = unique("anna")
    users("add", name, "--role", "viewer", typed=SECRET)
    visitor = signed_in(accounts_of, name)
    assert users("role", name.upper(), "operator").stdout == f"{name} has the role operator now.\n"
    assert visitor.get("/rooms/-/new").status == 200
    assert users("disable", name).returncode == 0
    assert visitor.get("/rooms").status == 303
    assert users("disable", name).returncode == 1
    assert users("enable", name).returncode == 0
    assert signed_in(accounts_of, name).get("/rooms").status == 200


def test_the_last_administrator_stays(tmp_path: Path, database: str) -> None:
    def users(*words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return run_apart(tmp_path, "users", *words, typed=typed, DATABASE_URL=database)

    assert users("list").returncode == 1, "the schema is missing"
    assert "livekit-dashboard migrate" in users("list").stderr
    run_apart(tmp_path, "migrate", DATABASE_URL=database)
    assert users("add", "root", "--role", "admin", typed=SECRET).returncode == 0
    for words in (("role", "root", "viewer"), ("disable", "root")):
        refused = users(*words)
        assert refused.returncode == 1
        assert "This is the last administrator" in refused.stderr


def test_reset_prints_a_link_that_works_once(accounts_of: Dashboard, users: Command) -> None:
    name = unique("anna")
    users("add", name, "--role", "viewer", typed=SECRET)
    made = users("reset", name)
    link = made.stdout.strip()
    LEAKS.keep(link.partition("key=")[2], "the key of a link")
    assert link.startswith("/reset?key=")
    assert "It works once" in made.stderr
    whole = users("reset", name, "--url", f"{accounts_of.url}/").stdout.strip()
    LEAKS.keep(whole.partition("key=")[2], "the key of a link")
    assert whole.startswith(f"{accounts_of.url}/reset?key=")
    assert browser(accounts_of).get(link).status == 410
    assert browser(accounts_of).get(whole.removeprefix(accounts_of.url)).status == 200


def test_an_invitation(accounts_of: Dashboard, users: Command) -> None:
    name = unique("anna")
    link = users("add", name, "--role", "viewer", "--invite").stdout.strip()
    LEAKS.keep(link.partition("key=")[2], "the key of a link")
    assert link.startswith("/invitation?key=")
    assert name in browser(accounts_of).get(link).html


def test_reset_sets_a_password(accounts_of: Dashboard, users: Command) -> None:
    name, new = unique("anna"), "another-Secret-for-7"
    LEAKS.keep(new, "a password")
    users("add", name, "--role", "viewer", typed=SECRET)
    visitor = signed_in(accounts_of, name)
    done = users("reset", name, "--password", typed=new)
    assert done.stdout == f"{name} has a new password. All sessions have ended.\n"
    assert visitor.get("/rooms").status == 303
    assert signed_in(accounts_of, name, new).get("/rooms").status == 200
    done = users("reset", name, "--factors")
    assert done.stdout == f"{name} has no second factor any more. All sessions have ended.\n"


def test_everything_is_in_the_audit(accounts_of: Dashboard, users: Command) -> None:
    name = unique("anna")
    users("add", name, "--role", "viewer", typed=SECRET)
    users("role", name, "operator")
    users("role", name, "king")
    users("reset", name)

    async def entries(store: Store) -> list[tuple[str, str, str, str]]:
        found = [entry async for entry in every(store, Wanted(q=name, kind="person"))]
        assert SECRET not in as_json([entry.facts for entry in found])
        change = {"field": "role", "before": "viewer", "after": "operator"}
        assert [
            e.facts["changes"] for e in found if e.outcome == "done" and "changes" in e.facts
        ] == [[change]]
        return [(e.action, e.outcome, e.role, e.actor.partition(" (")[0]) for e in found]

    who = ("shell", "command line")
    assert in_store(accounts_of.settings.stored_in, entries) == [
        ("user.link", "done", *who),
        ("user.edit", "refused", *who),
        ("user.edit", "done", *who),
        ("user.create", "done", *who),
    ]


def test_two_commands_at_the_same_time(accounts_of: Dashboard, users: Command) -> None:
    name = unique("anna")

    async def both() -> list[int]:
        adding = (
            asyncio.to_thread(users, "add", name, "--role", "viewer", typed=SECRET) for _ in "ab"
        )
        return sorted(done.returncode for done in await asyncio.gather(*adding))

    assert asyncio.run(both()) == [0, 1]
