"""LiveKit's requests as plain objects for a command, with a placeholder for each secret."""

from typing import Any

from google.protobuf.message import Message

from app.services.livekit import redaction
from app.services.livekit.differences import is_secret
from app.services.livekit.redaction import HIDDEN

Plain = dict[str, Any]
PASSWORD = "PASSWORD"  # noqa: S105  the placeholder itself
PIN = "PIN"
SECRET = "SECRET"  # noqa: S105  the placeholder itself


def described(message: Message) -> Plain:
    """Return a request by the names of its .proto."""
    return with_placeholders(redaction.plain(message))


def with_placeholders(plain: Plain) -> Plain:
    """Replace masked passwords and PINs, and the values of headers that hold a secret."""
    return {name: _value(name, value) for name, value in plain.items()}


def _value(name: str, value: Any) -> Any:
    if name == "headers" and isinstance(value, dict):
        return {key: SECRET if is_secret("headers", key) else text for key, text in value.items()}
    if isinstance(value, dict):
        return with_placeholders(value)
    if value == HIDDEN and name in {"auth_password", "pin"}:
        return PIN if name == "pin" else PASSWORD
    return value
