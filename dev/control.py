"""The control interface of the stand-in worker: JSON over HTTP, on a loopback port."""

from __future__ import annotations

import http.client
import json
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any

from google.protobuf.message import Message

TIMEOUT = 20.0


class StandinError(Exception):
    """The stand-in rejected a request; the message says why."""


@dataclass(frozen=True)
class Call:
    """A server's call about a job, stream or phone call, such as stop_egress."""

    name: str
    at: float
    request: Message


class Control:
    """The control interface of a running stand-in."""

    def __init__(self, host: str, port: int) -> None:
        """Set the address; sends nothing yet."""
        self.port = port
        self._host = host

    def answers(self) -> bool:
        """Return whether the stand-in responds."""
        try:
            return bool(self._get("/health")["ok"])
        except (OSError, http.client.HTTPException):
            return False

    def _get(self, path: str) -> Any:
        return self._send("GET", path, None)

    def _post(self, path: str, body: object) -> Any:
        return self._send("POST", path, json.dumps(body, default=_plain))

    def _send(self, method: str, path: str, body: str | None) -> Any:
        connection = http.client.HTTPConnection(self._host, self.port, timeout=TIMEOUT)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        if response.status != http.HTTPStatus.OK:
            raise StandinError(text.strip())
        return json.loads(text)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{value!r} can't be sent to the stand-in")
