"""The setting of agent workers: the addresses at which they say how they are."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from pydantic import BeforeValidator, SecretStr
from pydantic_settings import BaseSettings, NoDecode

from app.config.checks import parts

NO_PASSWORD = SecretStr("")
MOST = 64  # each is asked every few seconds
METRICS = "metrics"  # the parameter with the port of Prometheus' figures
EXAMPLE = "must look like http://host:8081, or http://host:8081?metrics=9464"


@dataclass(frozen=True, slots=True)
class WorkerAddress:
    """The address of one agent worker; `url` has no credentials, and no slash at its end.

    `metrics_port` is where its figures for Prometheus are, on the same host.
    """

    url: str
    user: str = ""
    password: SecretStr = NO_PASSWORD
    metrics_port: int | None = None

    def __str__(self) -> str:
        """Return it as in the setting, without the credentials."""
        return f"{self.url}?{METRICS}={self.metrics_port}" if self.metrics_port else self.url

    @property
    def name(self) -> str:
        """The host, the port and the path, by which a page names it."""
        return self.url.partition("://")[2]

    @property
    def metrics_url(self) -> str | None:
        """The address of its figures for Prometheus; None without a port for them."""
        if self.metrics_port is None:
            return None
        url = urlsplit(self.url)
        host = f"[{url.hostname}]" if ":" in (url.hostname or "") else url.hostname
        return f"{url.scheme}://{host}:{self.metrics_port}/metrics"


def read(value: object) -> object:
    """Return the addresses of a text, in its order; anything else as it is.

    Raises ValueError with the number of the entry that is wrong, never with a part of it.
    """
    entries = parts(value)
    if not isinstance(entries, tuple):
        return entries
    if len(entries) > MOST:
        raise ValueError(f"has {len(entries)} addresses; at most {MOST} are possible")
    read: list[WorkerAddress] = []
    for number, entry in enumerate(entries, 1):
        try:
            address = entry if isinstance(entry, WorkerAddress) else _address(str(entry))
            if any(address.url == before.url for before in read):
                raise ValueError("is there twice")
        except ValueError as error:
            raise ValueError(f"entry {number} {error}") from None
        read.append(address)
    return tuple(read)


def _address(text: str) -> WorkerAddress:
    """Return one address; the ValueError raised has no part of it, because of its password."""
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:  # its text may have the password
        raise ValueError("has an invalid host or port") from None
    if url.scheme not in {"http", "https"} or not url.hostname:
        raise ValueError(EXAMPLE)
    if not text.isprintable() or any(char.isspace() or char in ";'\"<>\\" for char in text):
        raise ValueError("has a character that isn't valid in a URL")
    if url.fragment or port == 0:
        raise ValueError("can't have a fragment or port 0")
    if url.netloc.count("@") > 1:  # what follows the first one would be the host, which is shown
        raise ValueError("has more than one @; write %40 for one in a password")
    credentials, _, host = url.netloc.rpartition("@")
    user, _, password = credentials.partition(":")
    if ":" in unquote(user):
        raise ValueError("can't have a colon in its user name (RFC 7617)")
    return WorkerAddress(
        f"{url.scheme}://{host.lower()}{url.path.rstrip('/')}",
        unquote(user),
        SecretStr(unquote(password)),
        _metrics_port(url),
    )


def _metrics_port(url: SplitResult) -> int | None:
    if not url.query:
        return None
    match parse_qsl(url.query, keep_blank_values=True):
        case [(name, port)] if name == METRICS and port.isascii() and port.isdigit():
            if 1 <= int(port[:6]) <= 65535:
                return int(port)
    raise ValueError(f"can only have {METRICS} in its query, with a port")


class AgentSettings(BaseSettings):
    """The agent workers of the server, which LiveKit itself doesn't list."""

    agent_workers: Annotated[tuple[WorkerAddress, ...], NoDecode, BeforeValidator(read)] = ()
