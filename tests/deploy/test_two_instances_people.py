"""Two instances on one PostgreSQL behind nginx: people and the audit survive one of them."""

import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.postgres import Postgres
from dev.stack import Stack
from tests.deploy.proxied import Proxied
from tests.routes.accounts.asked import link_in
from tests.support.people import SECRET
from tests.support.visitor import Visitor
from tests.support.waiting import until
from tools.commands import ROOT


@pytest.fixture(scope="module")
def database_url(postgres: Postgres) -> str:
    """The database of both instances."""
    return postgres.create(f"two_{secrets.token_hex(4)}")


@pytest.fixture(scope="module")
def proxied(
    stack: Stack, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxied]:
    """nginx in front of two instances with accounts."""
    folder = tmp_path_factory.mktemp("people")
    with Proxied(stack, folder, DATABASE_URL=database_url) as running:
        yield running


def invited(proxied: Proxied, root: Visitor, name: str) -> Visitor:
    """Invite a viewer, and return the browser in which the invitation was accepted."""
    fields = {"csrf": root.token(), "name": name, "role": "viewer"}
    link = link_in(root.send("/users/-/new", fields))
    visitor = Visitor(proxied.nginx.url, None, SECRET, proxied.nginx.trust())
    visitor.http.headers.update({"Accept": "text/html", "Sec-Fetch-Site": "same-origin"})
    path, _, key = link.partition("?key=")
    chosen = {"csrf": visitor.get(link).csrf, "key": key, "password": SECRET}
    assert visitor.send(path, chosen).status == 303
    return visitor


def test_a_viewer_and_the_audit_survive_an_instance(proxied: Proxied, database_url: str) -> None:
    root = proxied.visitor()
    viewer = invited(proxied, root, "vera")
    refused = viewer.send("/rooms/-/new", {"csrf": viewer.token(), "name": "no"})
    assert refused.status == 403
    before = proxied.request_counts("/account")
    for _ in range(6):
        assert "vera" in viewer.get("/account").text
    assert all(
        now > was for now, was in zip(proxied.request_counts("/account"), before, strict=True)
    )

    proxied.instances[0].kill()
    for _ in range(10):
        assert viewer.get("/rooms").status == 200
    until(lambda: viewer.send("/sign-out", {"csrf": viewer.token()}).status == 303)
    assert viewer.get("/rooms").status == 303
    audit = root.get("/audit").text
    for act in ("Invite user", "Accept invitation", "Create room", "Sign out"):
        assert act in audit, act
    assert verified(proxied.folder, database_url) == 0
    for visitor in (root, viewer):
        visitor.close()


def verified(folder: Path, database_url: str) -> int:
    """Return the exit code of `livekit-dashboard audit verify`."""
    command = [sys.executable, "-m", "app", "audit", "verify"]
    environment = {
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": database_url,
        "LIVEKIT_URL": "ws://127.0.0.1:1",
        "LIVEKIT_API_KEY": "key",
        "LIVEKIT_API_SECRET": "secret",
        "ADMIN_PASSWORD": SECRET,
    }
    return subprocess.run(command, env=environment, cwd=folder, check=False).returncode
