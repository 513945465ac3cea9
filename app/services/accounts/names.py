"""Names of accounts: how they are compared, and which are accepted."""

import unicodedata

from app.services.audit.rows import COMMANDS, DASHBOARD
from app.services.audit.writing import storable

LONGEST = 200  # characters


def normal(name: str) -> str:
    """Return the name as it is stored: keyboards encode ü in two ways (RFC 8265, 3.3)."""
    return unicodedata.normalize("NFC", name.strip())


def folded(name: str) -> str:
    """Return what two names that look alike have in common: case and width don't count."""
    return storable(unicodedata.normalize("NFKC", normal(name)).casefold()[: 2 * LONGEST])


def is_reserved(name: str, emergency: str) -> bool:
    """Return whether no account may have the name: the emergency account's, or one of the audit's.

    Otherwise what somebody does would look like an act of the dashboard or of its commands.
    """
    wanted = folded(name)
    taken = {folded(emergency), DASHBOARD, COMMANDS}
    return wanted in taken or wanted.startswith(f"{COMMANDS} (")


def problem(name: str) -> str | None:
    """Return why a name isn't accepted, or None."""
    name = normal(name)
    if not name:
        return "This field is required."
    if len(name) > LONGEST:
        return f"Use at most {LONGEST} characters."
    if ":" in name:
        return "A name can't contain a colon, which HTTP Basic sign-in cannot send (RFC 7617)."
    if not name.isprintable():
        return "A name can't contain control characters or line breaks."
    return None
