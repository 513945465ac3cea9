"""Asks a worker how it is, over HTTP: only at the address of the setting, and within limits.

livekit-agents and agents-js answer GET / (200, or 503 if they lost LiveKit) and GET /worker at
one port; livekit-agents answers GET /metrics at another if it has a `prometheus_port`.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType

import aiohttp

from app.config.agents import WorkerAddress
from app.services.agents.states import WorkerStatus
from app.services.agents.workers.reading import Measured, Said, measured, said, text
from app.services.livekit.errors import broken_connection
from app.text.formatters import first_upper

TIMEOUT = 3.0  # seconds for one response
AT_ONCE = 32  # workers; the others wait
LARGEST = 64 * 1024  # bytes of a response
LARGEST_FIGURES = 2 * 1024 * 1024  # a program may have figures of its own


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker answered, and what to make of it; `reason` is empty if all is well.

    `figures` is why its figures couldn't be read, empty if they were or have no address.
    """

    status: WorkerStatus
    reason: str
    checked: datetime
    said: Said | None = None
    measured: Measured | None = None
    figures: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """One response; the status is 0 without one, and `failed` says why."""

    status: int = 0
    body: bytes = b""
    failed: str = ""


class Asker:
    """Asks workers; opened where it is used.

    Redirects are not followed, so that nobody can send it to another address, and each request
    has its own connection: agents-js doesn't stop while one is open.
    """

    async def __aenter__(self) -> "Asker":
        """Open the HTTP session."""
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, force_close=True),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"Accept-Encoding": "identity", "User-Agent": "livekit-dashboard"},
            auto_decompress=False,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it."""
        await self._session.close()

    async def ask(self, address: WorkerAddress) -> Answer:
        """Return how a worker is; a failure is an answer, too."""
        async with self._turns:
            worker, health, figures = await asyncio.gather(
                self._get(address, f"{address.url}/worker", LARGEST),
                self._get(address, f"{address.url}/", LARGEST),
                self._figures(address),
            )
        status, reason, answered = _judged(worker, health)
        numbers, unread = _read(figures)
        return Answer(status, reason, datetime.now(UTC), answered, numbers, unread)

    async def _figures(self, address: WorkerAddress) -> Response | None:
        url = address.metrics_url
        return await self._get(address, url, LARGEST_FIGURES) if url else None

    async def _get(self, address: WorkerAddress, url: str, largest: int) -> Response:
        headers = {}
        if address.user or address.password.get_secret_value():
            secret = address.password.get_secret_value()
            headers["Authorization"] = aiohttp.encode_basic_auth(address.user, secret)
        try:
            async with (
                asyncio.timeout(TIMEOUT),
                self._session.get(url, headers=headers, allow_redirects=False) as response,
            ):
                body = b""
                async for part in response.content.iter_chunked(16_384):
                    body += part
                    if len(body) > largest:
                        return Response(failed=f"The response is larger than {largest:,} bytes.")
                return Response(response.status, body)
        except TimeoutError:
            return Response(failed=f"No complete response within {TIMEOUT:g} s.")
        except aiohttp.ClientError as error:
            reason = broken_connection(address.name, error).reason
            return Response(failed=first_upper(reason.removeprefix(f"{address.name}: ")))
        except (OSError, ValueError):  # a host that no resolver accepts
            return Response(failed="Not an address that can be connected to.")


def _judged(worker: Response, health: Response) -> tuple[WorkerStatus, str, Said | None]:
    """Return the status by both answers, the reason, and what the worker says."""
    if not worker.status:
        return WorkerStatus.UNREACHABLE, worker.failed, None
    if worker.status in {401, 403}:
        return WorkerStatus.UNAUTHORIZED, f"GET /worker: status {worker.status}.", None
    if 300 <= worker.status < 400:
        reason = f"GET /worker: status {worker.status}, a redirect, which isn't followed."
        return WorkerStatus.FOREIGN, reason, None
    if worker.status != 200:
        return WorkerStatus.FOREIGN, f"GET /worker: status {worker.status}.", None
    answered = said(worker.body)
    if answered is None:
        reason = "GET /worker: the response isn't that of an agent worker."
        return WorkerStatus.FOREIGN, reason, None
    if not health.status:
        return WorkerStatus.UNHEALTHY, f"Health check: {health.failed}", answered
    if health.status >= 500:
        words = text(health.body.decode(errors="replace")).strip()
        reason = f"Health check: {words or 'no reason'} (status {health.status})."
        return WorkerStatus.UNHEALTHY, reason, answered
    if health.status != 200:
        reason = f"Its health check isn't available (status {health.status})."
        return WorkerStatus.REACHABLE, reason, answered
    return WorkerStatus.REACHABLE, "", answered


def _read(figures: Response | None) -> tuple[Measured | None, str]:
    """Return what the figures say, or why they couldn't be read."""
    if figures is None:
        return None, ""
    if figures.failed:
        return None, f"GET /metrics: {figures.failed}"
    if figures.status != 200:
        return None, f"GET /metrics: status {figures.status}."
    numbers = measured(figures.body)
    return numbers, "" if numbers else "GET /metrics: the response isn't Prometheus' text format."
