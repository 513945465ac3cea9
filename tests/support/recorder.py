"""An endpoint that keeps every request as it arrived: what an agent worker uploads, byte for byte.

    python -m tests.support.recorder FOLDER     # until it is ended

A capture is a folder of 0001.bin, 0002.bin, … (the bodies as sent, gzip included) and headers.json:
a list of what belongs to each, `{"file", "at", "method", "path", "headers"}`, in order of arrival.
"""

import json
import sys
import threading
import time
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from tests.support.serving import Quiet, Serving

INDEX = "headers.json"


@dataclass(frozen=True, slots=True)
class Request:
    """One request: when it came (seconds since 1970), header names in lower case, and its body."""

    at: float
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Recorder(Serving):
    """Listens on a free loopback port; `requests` is what came, in order of arrival."""

    def __init__(self, folder: Path | None = None) -> None:
        """Listen; with a `folder` every request is also written to it."""
        self.requests: list[Request] = []
        self.answer: tuple[int, bytes] = (200, b"")
        self._folder = folder
        self._lock = threading.Lock()
        recorder = self

        class Handler(Quiet, BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                headers = self.lowered
                recorder.keep(Request(time.time(), "POST", self.path, headers, self._body()))
                status, answer = recorder.answer
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def _body(self) -> bytes:
                if "chunked" not in self.headers.get("Transfer-Encoding", ""):
                    return self.rfile.read(int(self.headers.get("Content-Length", 0)))
                whole = b""
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    whole += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return whole

        super().__init__(Handler)

    def keep(self, request: Request) -> None:
        """Keep a request, and write it to the folder."""
        with self._lock:
            self.requests.append(request)
            if self._folder is not None:
                write(self._folder, self.requests)


def write(folder: Path, requests: list[Request]) -> None:
    """Write requests as a capture; bodies that the folder has already are not written again."""
    folder.mkdir(parents=True, exist_ok=True)
    index = []
    for number, request in enumerate(requests, start=1):
        file = f"{number:04}.bin"
        if not (folder / file).exists():
            (folder / file).write_bytes(request.body)
        index.append({"file": file, **{k: v for k, v in asdict(request).items() if k != "body"}})
    (folder / INDEX).write_text(json.dumps(index, indent=1), encoding="utf-8")


def read(folder: Path) -> list[Request]:
    """Return the requests of a capture, in order of arrival."""
    index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    return [
        Request(
            each["at"],
            each["method"],
            each["path"],
            each["headers"],
            (folder / each["file"]).read_bytes(),
        )
        for each in index
    ]


if __name__ == "__main__":
    with Recorder(Path(sys.argv[1])) as running:
        print(running.url, flush=True)
        threading.Event().wait()
