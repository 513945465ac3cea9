"""What of a LiveKit message nobody gets to see: storage credentials, stream keys, passphrases.

The real worker redacts its requests (protocol, egress/redact.go), but not SRT addresses, proxies
and session tokens; an older one may redact nothing. Nothing here trusts it.
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
# Maps, whose keys are nobody's field names; what is not in them any more is gone.
MAPS = frozenset({"headers", "attributes", "tags", "metadata"})
AGAIN = "Dots represent a masked secret, and none is stored here to keep: enter it again."
UPPER = re.compile("(?=[A-Z])")  # camelCase, as LiveKit's JSON has names
REDACTED = re.compile(r"\{[^{}/]{0,3}\.\.\.[^{}/]{0,3}\}")
# A quote ends an address only where nothing of it can follow: keys may hold quotes.
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{0,20}://(?:[^\s\"'<>]|[\"'<>]+(?=[\w=-]))+", re.I)
# What makes a value that is an address itself one that may hold a key, a password or a token.
INNER = re.compile(r"[@=]|(?:rtmps?|srt|mux|twitch)://", re.I)

# A secret's name as JSON has it, in either of protobuf's spellings.
NAMED = re.compile(f'"({"|".join(name.replace("_", "_?") for name in sorted(SECRETS))})"', re.I)


def plain(message: Message, *, wire: bool = False) -> dict[str, Any]:
    """Return a message as JSON's objects, its secrets hidden.

    Field names are those of the .proto, or with `wire` those that LiveKit sends.
    """
    shown: dict[str, Any] = _hidden(MessageToDict(message, preserving_proto_field_name=not wire))
    return shown


def _hidden(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _hidden(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_hidden(inner, name) for inner in value]
    if isinstance(value, str) and value:
        return HIDDEN if UPPER.sub("_", name).lower() in SECRETS else text(value)
    return value


def uncovered(given: Any, stored: Any, name: str = "", *, unnamed: bool = False) -> Any:
    """Put what is stored where `given`, JSON's objects, still has what covers it.

    With `unnamed`, a stored secret that `given` does not name is kept too. Raises ValueError where
    something is covered, and nothing stored.
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


def text(said: str) -> str:
    """Return a text with the secrets of all addresses in it hidden."""
    return ADDRESS.sub(lambda found: address(found[0]), said)


def address(url: str) -> str:
    """Return an address without stream key, user, password, and telling query values.

    A stream key keeps its ends as LiveKit itself shows it: `{abc...xyz}`. An address without any
    of them comes out as it is.
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
    """Hide an RTMP path's last part; LiveKit takes the nothing after a final slash for the key."""
    live = " live=1" if path.endswith(" live=1") else ""
    whole = path.removesuffix(live)
    stem = whole.removesuffix("/{...}").rstrip("/")
    folder, slash, key = stem.rpartition("/")
    return f"{folder}{slash}{identifier(key)}{whole[len(stem):]}{live}" if key else path


def _query(query: str, scheme: str) -> str:
    """Hide the values that their names tell to be secret, and addresses that may hold one."""

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
    """Return a stream key's ends, as protocol's utils.RedactIdentifier; a redacted one as is."""
    if REDACTED.fullmatch(key):
        return key
    ends = min(3, len(key) // 3)
    return f"{{{key[:ends]}...{key[len(key) - ends :]}}}"


def holds_secret(typed: str) -> bool:
    """Return whether what somebody typed is JSON with a credential, or has an address with one."""
    return bool(NAMED.search(typed)) or text(typed) != typed


def is_redacted(url: str) -> bool:
    """Return whether LiveKit itself has cut the key out of this address."""
    return bool(REDACTED.search(url))
