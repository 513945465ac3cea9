"""Decode a token: its header and claims, whatever they contain, as LiveKit reads them.

Nothing in a token is trusted, not even that it is one. Names of claims: protocol, auth/grants.go;
Go's JSON ignores their case, so a stricter reader would miss a grant that LiveKit honors.
"""

import base64
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from app.text.json_text import strict

Claims = Mapping[str, Any]

PART = re.compile(r"[A-Za-z0-9_-]+")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
LATEST = 2**63  # seconds; Go's clock overflows at this value


def _is_texts(value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value
    if not isinstance(value, dict | list):
        return False
    return all(text is None or isinstance(text, str) for text in inner)


TEXT = ("a string", lambda value: isinstance(value, str))
FLAG = ("true or false", lambda value: isinstance(value, bool))
OBJECT = ("an object", lambda value: isinstance(value, dict))
LIST = ("a list of strings", lambda value: isinstance(value, list) and _is_texts(value))
# What LiveKit accepts, by the path of the claim; null counts as absent.
TYPES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    **dict.fromkeys(
        ("iss", "sub", "jti", "name", "kind", "metadata", "sha256", "roomPreset"), TEXT
    ),
    "aud": (
        "a string, or a list of strings",
        lambda value: isinstance(value, str) or LIST[1](value),
    ),
    "iat": ("a number", lambda value: _number(value) is not None),
    "kindDetails": LIST,
    "attributes": (
        "an object with string values",
        lambda value: isinstance(value, dict) and _is_texts(value),
    ),
    **dict.fromkeys(("video", "sip", "agent", "inference", "observability", "roomConfig"), OBJECT),
    **{
        f"video.{name}": FLAG
        for name in (
            *("roomCreate", "roomList", "roomRecord", "roomAdmin", "roomJoin", "ingressAdmin"),
            *("canPublish", "canSubscribe", "canPublishData", "canUpdateOwnMetadata"),
            *("canSubscribeMetrics", "canManageAgentSession", "hidden", "recorder", "agent"),
        )
    },
    "video.room": TEXT,
    "video.destinationRoom": TEXT,
    "video.canPublishSources": LIST,
    **dict.fromkeys(("sip.admin", "sip.call", "agent.admin", "agent.simulationAdmin"), FLAG),
    **dict.fromkeys(("inference.perform", "observability.write"), FLAG),
}
GRANTS = ("video", "sip", "agent", "inference", "observability")
NAMES = {path.lower(): path.rpartition(".")[2] for path in (*TYPES, "exp", "nbf")}


class NoTokenError(Exception):
    """The text is not a JWT; the message says why."""


def decoded(text: str) -> tuple[Claims, Claims, bytes]:
    """Return the header, claims and signature of a token. Raises NoTokenError."""
    parts = text.split(".")
    if len(parts) == 5:
        raise NoTokenError(
            "It has five parts, like an encrypted JWT. LiveKit accepts only signed ones."
        )
    if len(parts) != 3:
        many = "1 part" if len(parts) == 1 else f"{len(parts)} parts"
        raise NoTokenError(f"It has {many}. A JWT has three, separated by dots.")
    header, claims = _object(parts[0], "first part"), _object(parts[1], "second part")
    return header, claims, _octets(parts[2], "third part") if parts[2] else b""


def is_header(part: str) -> bool:
    """Return True if a part of a text is the header of a JWT: an object that names `alg`."""
    try:
        return "alg" in _object(part, "header")
    except NoTokenError:
        return False


def as_read(claims: Claims) -> tuple[Claims, list[str]]:
    """Return the claims by the names that LiveKit uses, and the names written in another case."""
    read, odd = _renamed(claims, "")
    for part in GRANTS:
        if isinstance(read.get(part), dict):
            read[part], more = _renamed(read[part], f"{part}.")
            odd += more
    return MappingProxyType(read), odd


def misread(claims: Claims) -> Iterator[tuple[str, str]]:
    """Yield the path of each claim of a wrong type, and what it must be."""
    for path, (what, fits) in TYPES.items():
        name, _, inner = path.partition(".")
        value = claims.get(name)
        if inner:
            value = value.get(inner) if isinstance(value, dict) else None
        if value is not None and not fits(value):
            yield path, what


def seconds(claims: Claims, name: str) -> float | None:
    """Return a time of the token in seconds since 1970, or None if it isn't one."""
    value = _number(claims.get(name))
    return value if value is not None and abs(value) < LATEST else None


def short(value: Any) -> str:
    """Return a claim of any type as one short text."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 100 else f"{text[:100]}…"


def _number(value: Any) -> float | None:
    """Return a number; Go accepts one in quotes too."""
    if isinstance(value, str) and NUMBER.fullmatch(value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if math.isfinite(value) else None


def _renamed(claims: Claims, before: str) -> tuple[dict[str, Any], list[str]]:
    read = {NAMES.get(f"{before}{name}".lower(), name): value for name, value in claims.items()}
    return read, [f"{before}{name}" for name in claims if name not in read]


def _octets(part: str, which: str) -> bytes:
    if not PART.fullmatch(part) or len(part) % 4 == 1:
        raise NoTokenError(
            f"Its {which} isn't valid base64url: characters are missing or were added."
        )
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _object(part: str, which: str) -> Claims:
    try:
        value = strict(_octets(part, which))
        # Go reads half a character (a lone surrogate) as the replacement character
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        value = json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    except (ValueError, RecursionError) as error:
        raise NoTokenError(f"Its {which} isn't JSON.") from error
    if not isinstance(value, dict):
        raise NoTokenError(f"Its {which} is JSON, but not an object.")
    return MappingProxyType(value)
