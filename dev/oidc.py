"""A real OpenID provider for the tests: npm's oidc-provider, configured by oidc.mjs."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from dev.ports import free_ports
from dev.processes import Process
from dev.servers import says_ok
from tools.commands import ROOT
from tools.node import node

CLIENT_ID = "dashboard"
CLIENT_SECRET = "a secret: with signs, of the tests + more %"  # noqa: S105  in oidc.mjs too
PUBLIC_CLIENT_ID = "public"


class OpenIdProvider:
    """A provider on a free loopback port; anybody can sign in there by a name alone.

    Its name is `localhost`, so that browsers see another site than the dashboard's 127.0.0.1.
    """

    def __init__(self) -> None:
        """Write its files; nothing runs yet."""
        self.folder = Path(tempfile.mkdtemp(prefix="oidc-"))
        (port,) = free_ports(1)
        self.issuer = f"http://localhost:{port}"
        self.people: dict[str, Any] = {}
        self._write("people.json", {})
        self.faults()
        self.process = Process(
            "oidc-provider",
            [node(), Path(__file__).with_name("oidc.mjs"), str(port), self.folder],
            log=self.folder / "oidc.log",
            answers=lambda: says_ok(port, "/.well-known/openid-configuration"),
            cwd=ROOT,
        )

    def __enter__(self) -> Self:
        """Start it."""
        self.process.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Stop it."""
        self.process.stop()

    def person(self, name: str, **claims: Any) -> str:
        """Let somebody sign in by this name, with these claims besides `sub`; return the name."""
        self.people[name] = claims
        self._write("people.json", self.people)
        return name

    def faults(self, **faults: Any) -> None:
        """Set what is wrong with the responses; without any, nothing is.

        `token` says how ID tokens are forged; a path, with ** and a dict, changes its response.
        """
        self._write("faults.json", faults)

    def asked(self) -> list[str]:
        """Return each request so far: method, path, and the scheme of its Authorization or `-`."""
        lines = (self.folder / "oidc.log").read_text(encoding="utf-8").splitlines()
        return [line for line in lines if line.startswith(("GET ", "POST "))]

    def rotate(self) -> None:
        """Start it again, with new keys."""
        self.process.stop()
        self.process.start()

    def _write(self, name: str, content: Any) -> None:
        staging = self.folder / f"{name}.new"
        staging.write_text(json.dumps(content), encoding="utf-8")
        staging.replace(self.folder / name)  # it reads them at any moment
