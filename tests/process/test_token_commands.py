"""`livekit-dashboard tokens add`, `list` and `revoke`, run as a person runs them."""

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from app.__main__ import main
from app.services.accounts.tokens import FORM
from tests.support.commands import run
from tests.support.dashboard import Dashboard
from tests.support.leaks import LEAKS
from tests.support.people import add_person


@pytest.fixture(scope="module")
def dashboard(
    tmp_path_factory: pytest.TempPathFactory, start_dashboard: Callable[..., Dashboard]
) -> Dashboard:
    """A dashboard that runs meanwhile."""
    folder = tmp_path_factory.mktemp("tokens")
    return start_dashboard(database_url=f"sqlite:///{folder}/dashboard.db")


@pytest.fixture
def owner(dashboard: Dashboard) -> str:
    """The name of an operator."""
    name = f"ops-{secrets.token_hex(4)}"
    add_person(dashboard, name, "operator")
    return name


def status(dashboard: Dashboard, secret: str, path: str) -> int:
    visitor = dashboard.visitor(username=None)
    return visitor.get(path, headers={"Authorization": f"Bearer {secret}"}).status


def test_they_work_while_the_server_runs(tmp_path: Path, dashboard: Dashboard, owner: str) -> None:
    url = dashboard.settings.stored_in
    words = ("tokens", "add", "nightly backup", "--user", owner.upper())
    chosen = ("--permission", "rooms.read", "egress.read", "--permission", "sip.read")
    added = run(tmp_path, *words, *chosen, "--days", "7", DATABASE_URL=url)
    secret = added.stdout.strip()
    LEAKS.keep(secret, "a token")
    assert (added.returncode, bool(FORM.fullmatch(secret))) == (0, True), added.stderr
    assert status(dashboard, secret, "/rooms") == 200
    assert status(dashboard, secret, "/ingress") == 403
    listed = run(tmp_path, "tokens", "list", DATABASE_URL=url)
    heads, row = listed.stdout.splitlines()
    assert heads.split()[:3] == ["ID", "NAME", "USER"]
    assert f"nightly backup  {owner}  egress.read,rooms.read,sip.read  2" in row
    assert secret not in listed.stdout
    number = row.split()[0]
    revoked = run(tmp_path, "tokens", "revoke", number, DATABASE_URL=url)
    assert revoked.stdout == f"The token nightly backup of {owner} was revoked.\n"
    assert status(dashboard, secret, "/rooms") == 401
    again = run(tmp_path, "tokens", "revoke", number, DATABASE_URL=url)
    assert (again.returncode, again.stdout) == (1, "")
    assert f"There is no token {number}." in again.stderr
    audit = dashboard.visitor().get("/audit", params={"area": "account"}).text
    assert audit.count("command line (") >= 2
    assert run(tmp_path, "audit", "verify", DATABASE_URL=url).returncode == 0


def test_without_choices_it_has_all_and_ends_in_90_days(
    tmp_path: Path, dashboard: Dashboard, owner: str
) -> None:
    url = dashboard.settings.stored_in
    for days in ((), ("--days", "never")):
        added = run(tmp_path, "tokens", "add", "x", "--user", owner, *days, DATABASE_URL=url)
        LEAKS.keep(added.stdout.strip(), "a token")
        assert status(dashboard, added.stdout.strip(), "/rooms/-/new") == 200
    rows = [
        line
        for line in run(tmp_path, "tokens", "list", DATABASE_URL=url).stdout.splitlines()
        if owner in line
    ]
    assert [row.split()[3] for row in rows] == ["all", "all"]
    assert rows[0].endswith("never")
    assert not rows[1].endswith("never")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["add", "x", "--user", "nobody"], 1, "There is no account with the name nobody."),
        (["add", " ", "--user", "OWNER"], 2, "This field is required."),
        (["add", "a\x1b[31mb", "--user", "OWNER"], 2, "control characters"),
        (["add", "x", "--user", "OWNER", "--permission", "rooms.raed"], 2, "rooms.read"),
        (["add", "x", "--user", "OWNER", "--permission", "accounts.write"], 2, "No token can"),
        (["add", "x", "--user", "OWNER", "--permission", "audit.read"], 2, "doesn't have"),
        (["revoke", "999999"], 1, "There is no token 999999."),
    ],
)
def test_what_is_wrong_is_said(
    tmp_path: Path, dashboard: Dashboard, owner: str, words: list[str], code: int, said: str
) -> None:
    given = [owner if word == "OWNER" else word for word in words]
    failed = run(tmp_path, "tokens", *given, DATABASE_URL=dashboard.settings.stored_in)
    assert (failed.returncode, failed.stdout) == (code, "")
    assert said in failed.stderr
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "x", "--user", "y", "--days", "0"], "argument --days: invalid"),
        (["add", "x", "--user", "y", "--days", "9999"], "argument --days: invalid"),
        (["add", "x"], "--user"),
        (["revoke", "x"], "argument ID: invalid"),
        ([], "required"),
    ],
)
def test_what_is_no_command_is_explained(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["tokens", *words])
    assert said in capsys.readouterr().err


def test_they_need_a_store_that_is_up_to_date(tmp_path: Path) -> None:
    words = ("tokens", "list")
    assert run(tmp_path, *words, DATABASE_URL="").returncode == 2
    new = run(tmp_path, *words, DATABASE_URL=f"sqlite:///{tmp_path}/new.db")
    assert (new.returncode, new.stdout) == (1, "")
    assert "run `livekit-dashboard migrate`" in new.stderr
