"""The settings of the backend to which uploads are passed on; no effect without DATABASE_URL."""

import re
from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, SecretStr
from pydantic_settings import BaseSettings

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}", re.ASCII)  # RFC 9110, section 5.6.2
VALUE = re.compile(r"[ -~]{1,4000}", re.ASCII)
# what the body needs, and what a client sets on its own
OWN = frozenset(
    {
        "content-type",
        "content-encoding",
        "content-length",
        "transfer-encoding",
        "host",
        "connection",
    }
)


def forward_url(value: str) -> str:
    """Return the URL of a backend without a slash at its end. Raises ValueError."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must look like https://otlp.example.com or http://collector:4318")
    if "@" in parts.netloc:
        raise ValueError("can't contain a user name or password; use OTLP_FORWARD_HEADERS")
    if parts.query or parts.fragment or parts.port == 0:  # an invalid port raises ValueError
        raise ValueError("can't contain a query, a fragment or port 0")
    if not value.isprintable() or any(char.isspace() for char in value):
        raise ValueError("has an invalid host or path")
    return parts._replace(netloc=parts.netloc.lower()).geturl().rstrip("/")


def parsed_headers(text: str) -> dict[str, str]:
    """Return headers as OTEL_EXPORTER_OTLP_HEADERS has them: `name=value,other=value`, quoted.

    The ValueError raised doesn't repeat them.
    """
    headers: dict[str, str] = {}
    for number, pair in enumerate(filter(None, map(str.strip, text.split(","))), 1):
        name, equals, quoted = pair.partition("=")
        name, value = name.strip().lower(), unquote(quoted.strip(), errors="strict")
        if not equals or not TOKEN.fullmatch(name) or not VALUE.fullmatch(value):
            raise ValueError(f"header {number} isn't Name=value")
        if name in OWN:
            raise ValueError(f"can't set the header {name}")
        headers[name] = value
    return headers


def forward_headers(secret: SecretStr) -> SecretStr:
    """Return the headers as they are. Raises ValueError if they aren't any."""
    try:
        parsed_headers(secret.get_secret_value())
    except UnicodeDecodeError:  # its text has the value
        raise ValueError("has a value that isn't UTF-8") from None
    return secret


class ForwardingSettings(BaseSettings):
    """Where uploads are passed on to, and with which headers."""

    otlp_forward_url: Annotated[str, AfterValidator(forward_url)] | None = None
    otlp_forward_headers: Annotated[SecretStr, AfterValidator(forward_headers)] | None = None

    @property
    def forward_headers(self) -> dict[str, str]:
        """The headers that each request to the backend has, secrets included."""
        secret = self.otlp_forward_headers
        return parsed_headers(secret.get_secret_value()) if secret else {}
