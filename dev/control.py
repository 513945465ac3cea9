"""How the stand-in worker is told something and asked: JSON over HTTP, on a loopback port."""

from __future__ import annotations

import http.client
import json
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any

from google.protobuf.message import Message

TIMEOUT = 20.0


class StandinError(Exception):
    """The stand-in cannot do what it was told; the message says why."""


@dataclass(frozen=True)
class Call:
    """One call of the server's about a job, stream or phone call, such as stop_egress."""

    name: str
    at: float
    request: Message


class Control:
    """The control interface of a running stand-in."""

    def __init__(self, host: str, port: int) -> None:
        """Describe where it listens; nothing is asked yet."""
        self.port = port
        self._host = host

    def answers(self) -> bool:
        """Whether the stand-in serves."""
        try:
            return bool(self._get("/health")["ok"])
        except (OSError, http.client.HTTPException):
            return False

    def _get(self, path: str) -> Any:
        return self._ask("GET", path, None)

    def _post(self, path: str, body: object) -> Any:
        return self._ask("POST", path, json.dumps(body, default=_plain))

    def _ask(self, method: str, path: str, body: str | None) -> Any:
        connection = http.client.HTTPConnection(self._host, self.port, timeout=TIMEOUT)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        if answer.status != http.HTTPStatus.OK:
            raise StandinError(text.strip())
        return json.loads(text)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{value!r} cannot be sent to the stand-in")
