"""Masks secrets in LiveKit's messages: storage credentials, stream keys, passphrases.

Workers redact their requests (protocol, egress/redact.go), but not SRT addresses, proxies and
session tokens, and older ones may redact nothing. So this module doesn't rely on them.
"""

import re
from itertools import zip_longest
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

HIDDEN = "••••••"
SECRETS = frozenset(
    {
        "access_key",
        "secret",
        "session_token",
        "assume_role_external_id",
        "credentials",
        "account_key",
        "password",
        "auth_password",
        "pin",
        "signing_key",
        "stream_key",
        "turn_password",
    }
)
# Words in the name of a query parameter that make its value a secret.
TELLING = re.compile(
    r"token|key|secret|pass|pwd|auth|credential|jwt|streamid|(?<![a-z])sig(n|nature)?\b", re.I
)
# Maps, whose keys aren't field names; a key that is missing from them was removed.
MAPS = frozenset({"headers", "attributes", "tags", "metadata"})
AGAIN = "Dots represent a masked secret, but no secret is stored here: enter it again."
UPPER = re.compile("(?=[A-Z])")  # the words of camelCase names, as in LiveKit's JSON
REDACTED = re.compile(r"\{[^{}/]{0,3}\.\.\.[^{}/]{0,3}\}")
# A quote ends an address only if nothing of it can follow: keys may contain quotes.
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{0,20}://(?:[^\s\"'<>]|[\"'<>]+(?=[\w=-]))+", re.I)
# Marks a value that is itself an address as one that may contain a key, password or token.
INNER = re.compile(r"[@=]|(?:rtmps?|srt|mux|twitch)://", re.I)

# A secret's name in JSON, in either of protobuf's spellings.
NAMED = re.compile(f'"({"|".join(name.replace("_", "_?") for name in sorted(SECRETS))})"', re.I)


def plain(message: Message, *, wire: bool = False) -> dict[str, Any]:
    """Return a message as JSON objects, with its secrets masked.

    Field names are those of the .proto file, or with `wire` those that LiveKit sends.
    """
    shown: dict[str, Any] = _hidden(MessageToDict(message, preserving_proto_field_name=not wire))
    return shown


def objects(value: Any) -> Any:
    """Return JSON objects of a message with their secrets masked, unknown fields included."""
    return _hidden(value)


def _hidden(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _hidden(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_hidden(inner, name) for inner in value]
    if isinstance(value, str) and value:
        return HIDDEN if UPPER.sub("_", name).lower() in SECRETS else text(value)
    return value


def uncovered(given: Any, stored: Any, name: str = "", *, unnamed: bool = False) -> Any:
    """Return `given`, JSON objects, with the stored value in place of each masked one.

    With `unnamed`, stored secrets that `given` omits are kept too. Raises ValueError for a masked
    value if none is stored.
    """
    match given:
        case dict():
            before = stored if isinstance(stored, dict) else {}
            absent = SECRETS - given.keys() if unnamed and name not in MAPS else frozenset()
            kept = {key: before[key] for key in absent if key in before}
            return kept | {
                key: uncovered(value, before.get(key), key, unnamed=unnamed)
                for key, value in given.items()
            }
        case list():
            rows = stored[: len(given)] if isinstance(stored, list) else []
            return [uncovered(*row, name, unnamed=unnamed) for row in zip_longest(given, rows)]
        case str() if isinstance(stored, str) and given in {HIDDEN, text(stored)}:
            return stored
        case str() if HIDDEN in given or is_redacted(given):
            raise ValueError(f"{name}: {AGAIN}")
        case _:
            return given


def text(message: str) -> str:
    """Return a text with the secrets in all its addresses masked."""
    return ADDRESS.sub(lambda match: address(match[0]), message)


def address(url: str) -> str:
    """Return an address without stream key, user, password and secret query values.

    A stream key keeps its ends, as in LiveKit's own redaction: `{abc...xyz}`. An address without
    secrets is returned unchanged.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return HIDDEN
    rtmp = parts.scheme in {"rtmp", "rtmps"}
    shown = parts._replace(
        netloc=_host(parts),
        path=_path(parts.path) if rtmp else parts.path,
        query=_query(parts.query, parts.scheme),
        fragment=_query(parts.fragment, parts.scheme),
    )
    return url if shown == parts else shown.geturl()


def _host(parts: SplitResult) -> str:
    user, at, host = parts.netloc.rpartition("@")
    if at:
        name, colon, _ = user.partition(":")
        return f"{name}:{HIDDEN}@{host}" if colon else f"{HIDDEN}@{host}"
    return identifier(host) if parts.scheme in {"mux", "twitch"} else host


def _path(path: str) -> str:
    """Mask an RTMP path's last part; to LiveKit, the key of a path with a final slash is empty."""
    live = " live=1" if path.endswith(" live=1") else ""
    whole = path.removesuffix(live)
    stem = whole.removesuffix("/{...}").rstrip("/")
    folder, slash, key = stem.rpartition("/")
    return f"{folder}{slash}{identifier(key)}{whole[len(stem):]}{live}" if key else path


def _query(query: str, scheme: str) -> str:
    """Mask values whose names mark them as secret, and addresses that may contain a secret."""

    def shown(part: str) -> str:
        name, _, value = part.partition("=")
        inner = unquote(value)
        secret = TELLING.search(unquote(name)) or ("://" in inner and INNER.search(inner))
        return f"{name}={HIDDEN}" if value and (secret or scheme == "srt") else part

    if query and (scheme in {"rtmp", "rtmps"} or (scheme == "srt" and "=" not in query)):
        return HIDDEN  # all of it may be the key
    return "".join(
        part if part in {"&", ";"} else shown(part) for part in re.split("([&;])", query)
    )


def identifier(key: str) -> str:
    """Return a stream key's ends, like utils.RedactIdentifier; a redacted key unchanged."""
    if REDACTED.fullmatch(key):
        return key
    ends = min(3, len(key) // 3)
    return f"{{{key[:ends]}...{key[len(key) - ends :]}}}"


def holds_secret(typed: str) -> bool:
    """Return True if a text is JSON with a credential, or contains an address with one."""
    return bool(NAMED.search(typed)) or text(typed) != typed


def is_redacted(url: str) -> bool:
    """Return True if LiveKit itself has removed the key from this address."""
    return bool(REDACTED.search(url))
