"""A browser's stream of live updates, read by a thread."""

import json
import socket
import threading
import time
from contextlib import suppress
from typing import Any, Self

import httpx

from tests.support.waiting import until

SSE = {"Accept": "text/event-stream", "Accept-Encoding": "gzip, zstd"}


class Listener:
    """An open stream: what it sent so far, and when."""

    def __init__(self, http: httpx.Client, **options: Any) -> None:
        """Open it with the credentials and the cookies of a client."""
        headers = SSE | options.pop("headers", {})
        request = http.build_request("GET", "/live", headers=headers, timeout=60, **options)
        self.response = http.send(request, stream=True)
        self.messages: list[dict[str, Any]] = []
        self.lines: list[str] = []
        self.times: list[float] = []
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        """Return it once its first message is there."""
        until(lambda: self.messages)
        return self

    def __exit__(self, *_: object) -> None:
        """Leave."""
        self.leave()

    @property
    def open(self) -> bool:
        """True until the server ends it."""
        return self._thread.is_alive()

    @property
    def changed(self) -> set[str]:
        """The topics of all messages so far."""
        return {topic for message in self.messages for topic in message["topics"]}

    @property
    def position(self) -> str:
        """The ID of the last message."""
        ids = [line for line in self.lines if line.startswith("id: ")]
        return ids[-1].removeprefix("id: ")

    def leave(self) -> None:
        """Close the connection from the other thread, as a closed tab does."""
        stream = self.response.extensions["network_stream"]
        raw = stream.get_extra_info("socket")
        with suppress(OSError):  # the server has closed it
            raw.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self.response.close()
        raw.close()

    def _read(self) -> None:
        with suppress(httpx.HTTPError):  # closed in the middle
            for line in self.response.iter_lines():
                self.lines.append(line)
                if line.startswith("data: "):
                    self.times.append(time.monotonic())
                    self.messages.append(json.loads(line.removeprefix("data: ")))
