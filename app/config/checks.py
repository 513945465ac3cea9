"""What a setting may be: addresses that can be reached, secrets that can guard a server."""

import ipaddress
import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from dotenv.parser import parse_stream
from pydantic import SecretStr

# Without a port: Starlette compares the host alone.
# Plain segments only: a base path stands in headers, attributes and cookies.
BASE_PATH = re.compile(r"(/[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}){1,8}", re.ASCII)
HOST = re.compile(r"\*|(\*\.)?[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\]")
COMMON = (
    "password",
    "passwort",
    "changeme",
    "letmein",
    "qwerty",
    "livekit",
    "12345",
    "secret",
    "admin",
)


def weak_password(password: SecretStr, username: str) -> str | None:
    """Why `password` is refused in production, or None where it will do.

    Length before composition, as NIST SP 800-63B (5.1.1.2) advises, and no known default.
    """
    text = password.get_secret_value()
    if len(text) < 12:
        return "is too short; use 12 characters or more"
    bare = text.casefold().replace(username.casefold(), "")
    for word in COMMON:
        bare = bare.replace(word, "")
    if len(bare) < 8 or len(set(text)) < 6:
        return "is too easy to guess"
    return None


def weak_secret(secret: SecretStr) -> str | None:
    """Why `secret` will not do, or None; LiveKit itself asks for 32 characters."""
    text = secret.get_secret_value()
    if len(text) < 32:
        return "is too short; use 32 random characters or more"
    if len(set(text)) < 8:
        return "is too easy to guess"
    return None


def weak_secrets(rotated: Sequence[SecretStr]) -> str | None:
    """Why these secrets, newest first, are refused in production, or None where all will do."""
    if not rotated:
        return "missing; try: openssl rand -hex 32"
    return next(filter(None, map(weak_secret, rotated)), None)


def livekit_url(value: str) -> str:
    """Give the server's URL without a trailing slash. Raises ValueError saying what is wrong."""
    parts = urlsplit(value)
    if parts.scheme not in {"ws", "wss", "http", "https"} or not parts.hostname:
        raise ValueError("must look like ws://host:7880 or wss://livekit.example.com")
    if any(char.isspace() for char in value) or parts.query or parts.fragment:
        raise ValueError("must not have white space, a query or a fragment")
    if "@" in parts.netloc:
        raise ValueError("must not carry a user or password")
    if parts.port == 0:  # reading the port raises ValueError for one that is none
        raise ValueError("has port 0")
    if set(parts.netloc) & set(",;'\"<>\\"):  # it goes into a page's Content-Security-Policy
        raise ValueError("has a host that cannot be")
    return value.rstrip("/")


def origin(value: str) -> str:
    """Give an origin as browsers send it (RFC 6454). Raises ValueError for anything else."""
    parts = urlsplit(value.lower())
    plain = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    if not plain or value.lower() != f"{parts.scheme}://{parts.netloc}":
        raise ValueError(f"{value!r} is not an origin such as https://ops.example.com")
    return value.lower()


def host_pattern(value: str) -> str:
    """Give a host name, `*.` and one, or `*`, in lower case. Raises ValueError for any other."""
    if not HOST.fullmatch(value):
        raise ValueError(f"{value!r} is no host name; a star stands alone or as in *.example.com")
    return value.lower()


def redis_url(secret: SecretStr) -> SecretStr:
    """Give Redis' URL. Raises ValueError, which does not say it back: it may hold a password."""
    parts = urlsplit(secret.get_secret_value())
    socket = parts.scheme == "unix" and parts.path
    if not socket and (parts.scheme not in {"redis", "rediss"} or not parts.hostname):
        raise ValueError("must look like redis://:password@host:6379/0, rediss://… or unix:///…")
    if not socket and (parts.port == 0 or not re.fullmatch(r"(/\d*)?", parts.path)):
        raise ValueError("has a port or a database number that cannot be")
    return secret


def token(secret: SecretStr) -> SecretStr:
    """Give a token that opens something by itself. Raises ValueError for a weak one."""
    if problem := weak_secret(secret):
        raise ValueError(problem)
    return secret


def unreadable(dotenv: Path) -> str | None:
    """Say which line of a file cannot be read as NAME=value; None where all can.

    Raises OSError, and UnicodeDecodeError where it is not UTF-8.
    """
    if not dotenv.is_file():
        return None
    with dotenv.open(encoding="utf-8") as stream:
        lines = [found.original.line for found in parse_stream(stream) if found.error]
    return f"{dotenv}: line {lines[0]} cannot be read as NAME=value" if lines else None


def near_misses(given: Iterable[str], settings: Sequence[str]) -> dict[str, str]:
    """Give the names that are no setting but look like one that is not given, each with that."""
    known = {name: name for name in settings} | {f"{name}_FILE": name for name in settings}
    names = {name.upper() for name in given}
    taken = {known[name] for name in names & known.keys()}
    free = [name for name, setting in known.items() if setting not in taken]
    found = {name: get_close_matches(name, free, 1, 0.85) for name in sorted(names - known.keys())}
    return {name: close[0] for name, close in found.items() if close}


def root_path(value: str) -> str:
    """Return a base path without a slash at its end. Raises ValueError for anything else."""
    path = value.rstrip("/")
    if path and not BASE_PATH.fullmatch(path):
        raise ValueError(f"{value!r} isn't a path such as /livekit")
    return path


def network(value: str) -> str:
    """Give an address, a network or `*`. Raises ValueError for anything else."""
    if value != "*":
        ipaddress.ip_network(value, strict=False)
    return value
