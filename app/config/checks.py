"""Validation of settings: usable URLs and addresses, strong secrets."""

import ipaddress
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv.parser import parse_stream
from pydantic import SecretStr

# Plain segments only: a base path is part of headers, attributes and cookies.
BASE_PATH = re.compile(r"(/[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}){1,8}", re.ASCII)
# Without a port: Starlette compares only the host.
HOST = re.compile(r"\*|(\*\.)?[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\]")
# API keys as `livekit-server generate-keys` and LiveKit Cloud write them.
LIVEKIT_KEY = re.compile(r"API[A-Za-z0-9]{8,20}")
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


def lower(value: object) -> object:
    """Return a text in lower case; anything else as it is."""
    return value.lower() if isinstance(value, str) else value


def parts(value: object) -> object:
    """Return the parts of a text that are separated by commas; anything else as it is."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def weak_password(password: SecretStr, username: str) -> str | None:
    """Return why `password` is refused in production, or None if it is strong enough.

    Length before composition, as NIST SP 800-63B (5.1.1.2) advises, and no known default.
    """
    text = password.get_secret_value()
    if len(text) < 12:
        return "is too short; use 12 characters or more"
    bare = text.casefold().replace(username.casefold(), "")
    for common in COMMON:
        bare = bare.replace(common, "")
    if len(bare) < 8 or len(set(text)) < 6:
        return "is too easy to guess"
    return None


def weak_secret(secret: SecretStr) -> str | None:
    """Return why `secret` is too weak, or None; LiveKit itself requires 32 characters."""
    text = secret.get_secret_value()
    if len(text) < 32:
        return "is too short; use 32 random characters or more"
    if len(set(text)) < 8:
        return "is too easy to guess"
    return None


def weak_secrets(rotated: Sequence[SecretStr]) -> str | None:
    """Return why these secrets are refused in production, or None; the newest comes first."""
    if not rotated:
        return "missing; try: openssl rand -hex 32"
    return next(filter(None, map(weak_secret, rotated)), None)


def livekit_url(value: str) -> str:
    """Return the server's URL, scheme and host in lower case, without a trailing slash.

    Raises ValueError with the reason if it is invalid.
    """
    parts = urlsplit(value)
    if parts.scheme not in {"ws", "wss", "http", "https"} or not parts.hostname:
        raise ValueError("must look like ws://host:7880 or wss://livekit.example.com")
    if any(char.isspace() for char in value) or parts.query or parts.fragment:
        raise ValueError("can't contain white space, a query or a fragment")
    if "@" in parts.netloc:
        raise ValueError("can't contain a user name or password")
    if parts.port == 0:  # reading an invalid port raises ValueError
        raise ValueError("can't use port 0")
    if set(parts.netloc) & set(",;'\"<>\\"):  # it goes into a page's Content-Security-Policy
        raise ValueError("has an invalid host")
    return parts._replace(netloc=parts.netloc.lower()).geturl().rstrip("/")


def public_url(value: str) -> str:
    """Return the dashboard's own URL with its base path, without a trailing slash.

    Raises ValueError with the reason if it is invalid.
    """
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise ValueError("must look like https://dashboard.example.com or http://host:8000/livekit")
    if parts.query or parts.fragment or parts.port == 0:  # an invalid port raises ValueError
        raise ValueError("can't contain a query, a fragment or port 0")
    if set(parts.netloc) & set(",;'\"<>\\") or any(char.isspace() for char in value):
        raise ValueError("has an invalid host")
    path = parts.path.rstrip("/")
    if path and not BASE_PATH.fullmatch(path):
        raise ValueError("has an invalid path")
    return parts._replace(netloc=parts.netloc.lower(), path=path).geturl()


def origin(value: str) -> str:
    """Return an origin as browsers send it (RFC 6454). Raises ValueError for anything else."""
    parts = urlsplit(value.lower())
    plain = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    if not plain or value.lower() != f"{parts.scheme}://{parts.netloc}":
        raise ValueError(f"{value!r} is not an origin such as https://ops.example.com")
    return value.lower()


def host_pattern(value: str) -> str:
    """Return a host name, `*.` with a domain, or `*`, in lower case. Raises ValueError if not."""
    if not HOST.fullmatch(value):
        raise ValueError(f"{value!r} is not a host name, *.example.com or *")
    return value.lower()


def redis_url(secret: SecretStr) -> SecretStr:
    """Return Redis' URL. The ValueError raised doesn't repeat it: it may contain a password."""
    parts = urlsplit(secret.get_secret_value())
    socket = parts.scheme == "unix" and parts.path
    if not socket and (parts.scheme not in {"redis", "rediss"} or not parts.hostname):
        raise ValueError("must look like redis://:password@host:6379/0, rediss://… or unix:///…")
    if not socket and (parts.port == 0 or not re.fullmatch(r"(/\d*)?", parts.path)):
        raise ValueError("has an invalid port or database number")
    return secret


def database_url(secret: SecretStr) -> SecretStr:
    """Return the database's URL. The ValueError raised doesn't repeat it, or its password."""
    try:
        parts = urlsplit(secret.get_secret_value())
    except ValueError:  # its text may have the password
        raise ValueError("isn't a valid URL") from None
    file = parts.scheme == "sqlite" and not parts.netloc and len(parts.path) > 1
    server = parts.scheme in {"postgresql", "postgres"} and len(parts.path) > 1
    if (not file and not server) or parts.path == "/:memory:":
        raise ValueError("must look like sqlite:////data/dashboard.db or postgresql://user@host/db")
    if parts.netloc.count("@") > 1:  # what follows the first one would be the host, which is logged
        raise ValueError("has more than one @; write %40 for one in a password")
    return secret


def token(secret: SecretStr) -> SecretStr:
    """Return a bearer token. Raises ValueError if it is weak."""
    if problem := weak_secret(secret):
        raise ValueError(problem)
    return secret


def unreadable(dotenv: Path) -> str | None:
    """Name the first line of a file that is not NAME=value, or return None.

    Raises OSError, or UnicodeDecodeError if it is not UTF-8.
    """
    if not dotenv.is_file():
        return None
    with dotenv.open(encoding="utf-8") as stream:
        lines = [binding.original.line for binding in parse_stream(stream) if binding.error]
    return f"{dotenv}: line {lines[0]} cannot be read as NAME=value" if lines else None


def near_misses(given: Iterable[str], settings: Sequence[str]) -> dict[str, str]:
    """Return the unknown names that resemble a setting that is not set, each with that setting."""
    known = {name: name for name in settings} | {f"{name}_FILE": name for name in settings}
    names = {name.upper() for name in given}
    taken = {known[name] for name in names & known.keys()}
    free = [name for name, setting in known.items() if setting not in taken]
    close = {name: get_close_matches(name, free, 1, 0.85) for name in sorted(names - known.keys())}
    return {name: matches[0] for name, matches in close.items() if matches}


def root_path(value: str) -> str:
    """Return a base path without a slash at its end. Raises ValueError for anything else."""
    path = value.rstrip("/")
    if path and not BASE_PATH.fullmatch(path):
        raise ValueError(f"{value!r} isn't a path such as /livekit")
    return path


def display_name(value: str) -> str:
    """Return a name for pages to show. Raises ValueError for one that nobody could read."""
    blank = value and not value.strip()
    if blank or any(unicodedata.category(char) == "Cc" for char in value):
        raise ValueError("can't be blank or contain line breaks or other control characters")
    return value


def network(value: str) -> str:
    """Return an address, a network or `*`. Raises ValueError for anything else."""
    if value != "*":
        ipaddress.ip_network(value, strict=False)
    return value


def doubtful(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return the settings, by name, whose value is valid but probably not meant so, and why."""
    return {name: note for name, value in settings.items() for note in _doubts(name, value)}


def _doubts(name: str, value: Any) -> Iterator[str]:
    texts = [_text(each) for each in (value if isinstance(value, tuple) else (value,))]
    if any(len(text) > 1 and text[0] == text[-1] and text[0] in "\"'`" for text in texts):
        yield "is enclosed in quotes, which are part of the value (docker --env-file keeps them)"
    elif any(text != text.strip() for text in texts):
        yield "begins or ends with white space, which is part of the value"
    elif name == "LIVEKIT_API_SECRET" and any(map(LIVEKIT_KEY.fullmatch, texts)):
        yield "looks like an API key; check that key and secret are not swapped"


def _text(value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return value if isinstance(value, str) else ""
