"""A relay between LiveKit and dashboards that loses, doubles, delays and reorders webhooks."""

import json
import random
import threading
import time
from http.server import BaseHTTPRequestHandler

import httpx

from tests.support.serving import Quiet, Serving
from tests.support.webhooks import HOOK

LOST, DOUBLED, DELAYED = 0.12, 0.12, 0.2  # parts of all webhooks
LONGEST = 2.0  # seconds that one is delayed
PATIENCE = 15.0  # seconds in which LiveKit would try again


class UnreliableRelay(Serving):
    """Listens on a free loopback port; `delivered` are the events that a dashboard accepted."""

    def __init__(self, seed: int) -> None:
        self.targets: list[str] = []
        self.delivered: list[dict[str, object]] = []
        self._random = random.Random(seed)  # noqa: S311
        self._late: list[threading.Thread] = []
        relay = self

        class Handler(Quiet, BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                token = self.headers["Authorization"]
                self.send_response(relay.take(body, token))
                self.end_headers()

        super().__init__(Handler)
        self.url += HOOK

    def take(self, body: bytes, token: str) -> int:
        """Do with a webhook what chance decides, and return the status for LiveKit."""
        chance = self._random.random()
        if chance < LOST:
            return 200
        if chance < LOST + DELAYED:
            seconds = self._random.uniform(0.1, LONGEST)
            late = threading.Thread(target=self._deliver, args=(body, token, seconds), daemon=True)
            self._late.append(late)
            late.start()
            return 200
        answers = [self._deliver(body, token)]
        if chance < LOST + DELAYED + DOUBLED:
            answers.append(self._deliver(body, token))
        return 200 if True in answers else 503

    def settle(self) -> None:
        """Wait for what is delayed."""
        for late in list(self._late):
            late.join(PATIENCE + LONGEST)

    def _deliver(self, body: bytes, token: str, seconds: float = 0) -> bool:
        """Send it to any dashboard until one accepts it, and return whether one did."""
        time.sleep(seconds)
        headers = {"authorization": token, "content-type": "application/webhook+json"}
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            target = self._random.choice(self.targets)
            try:
                answer = httpx.post(f"{target}{HOOK}", content=body, headers=headers, timeout=10)
            except httpx.HTTPError:  # it may have been accepted all the same
                time.sleep(0.2)
                continue
            if answer.status_code == 200:
                self.delivered.append(json.loads(body))
                return True
            time.sleep(0.2)
        return False
