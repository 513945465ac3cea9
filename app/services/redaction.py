"""What of a LiveKit message nobody gets to see: storage credentials, stream keys, passphrases.

The real worker redacts its requests (protocol, egress/redact.go), but not SRT addresses, proxies
and session tokens; an older one may redact nothing. Nothing here trusts it.
"""

import re
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
        "signing_key",
        "stream_key",
    }
)
# Words in the name of a query parameter that make its value a secret.
TELLING = re.compile(r"token|key|secret|sign?(ature)?\b|pass|auth|credential|streamid", re.I)
REDACTED = re.compile(r"\{[^{}/]{0,3}\.\.\.[^{}/]{0,3}\}")
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://[^\s\"'<>]+", re.I)


def plain(message: Message) -> dict[str, Any]:
    """Give a message as JSON's objects, its field names as in the .proto, its secrets hidden."""
    shown: dict[str, Any] = _hidden(MessageToDict(message, preserving_proto_field_name=True))
    return shown


def _hidden(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _hidden(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_hidden(inner, name) for inner in value]
    if isinstance(value, str) and value:
        return HIDDEN if name in SECRETS else text(value)
    return value


def text(said: str) -> str:
    """Give a text with the secrets of all addresses in it hidden."""
    return ADDRESS.sub(lambda found: address(found[0]), said)


def address(url: str) -> str:
    """Give an address without stream key, password, and telling query values.

    A stream key keeps its ends as LiveKit itself shows it: `{abc...xyz}`.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return HIDDEN
    if not parts.netloc:
        return url
    query = _query(parts)
    host = parts.netloc
    if "@" in host:
        user = host.partition("@")[0].partition(":")[0]
        host = f"{user}:{HIDDEN}@{host.rpartition('@')[2]}" if ":" in host else f"{HIDDEN}@{host}"
    path = parts.path
    if parts.scheme in {"rtmp", "rtmps"}:
        folder, _, key = path.rpartition("/")
        path = f"{folder}/{identifier(key)}" if key else path
    elif parts.scheme in {"mux", "twitch"}:
        host = identifier(host)
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{parts.scheme}://{host}{path}{f'?{query}' if query else ''}{fragment}"


def _query(parts: SplitResult) -> str:
    def shown(part: str) -> str:
        name, equals, value = part.partition("=")
        secret = parts.scheme in {"srt", "rtmp", "rtmps"} or TELLING.search(unquote(name))
        return f"{name}={HIDDEN}" if equals and value and secret else part

    return "&".join(map(shown, parts.query.split("&")))


def identifier(key: str) -> str:
    """Give a stream key's ends, as protocol's utils.RedactIdentifier does; a redacted one as is."""
    if REDACTED.fullmatch(key):
        return key
    ends = min(3, len(key) // 3)
    return f"{{{key[:ends]}...{key[len(key) - ends :]}}}"


def is_redacted(url: str) -> bool:
    """Whether LiveKit itself has cut the key out of this address."""
    return bool(REDACTED.search(url))
