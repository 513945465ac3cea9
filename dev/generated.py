"""The settings that `make run` chooses if nobody has set them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from tools.commands import ROOT

DATABASE = ROOT / ".dev" / "dashboard.db"
# without characters that are easily confused
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def password() -> str:
    """Return a new password that is easy to read and to type."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def database() -> str:
    """Return the DATABASE_URL of a file that stays until `make clean`."""
    DATABASE.parent.mkdir(exist_ok=True)
    return f"sqlite:///{DATABASE}"


GENERATORS: Mapping[str, Callable[[], str]] = {
    "ADMIN_PASSWORD": password,
    "SESSION_SECRET": secrets.token_urlsafe,
    "DATABASE_URL": database,
}
