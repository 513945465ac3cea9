"""The other backend: sends batches as OTLP over HTTP, and understands its answers.

Source: OTLP specification 1.9, "OTLP/HTTP Response": which failures are for good, and Retry-After.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self

import aiohttp

from app import __version__
from app.services.conversations.forwarding.queue import Fate
from app.services.conversations.states import Batch
from app.services.conversations.uploads.media import PROTOBUF

TIMEOUT = 30.0  # seconds for one request
LONGEST_WAIT = 3600.0  # seconds of a Retry-After that are honored
LONGEST_ANSWER = 64 * 1024  # bytes that are read, so that the connection can be used again
PATHS = {Batch.TRACES: "v1/traces", Batch.LOGS: "v1/logs", Batch.METRICS: "v1/metrics"}
FOR_GOOD = frozenset({400, 413, 415, 422})  # the batch is at fault, and stays so
SENDING = {
    "Content-Type": PROTOBUF,
    "Content-Encoding": "gzip",
    "User-Agent": f"livekit-dashboard/{__version__}",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the backend answered to a batch, and for how many seconds it asks to wait."""

    fate: Fate
    error: str = ""
    wait: float | None = None


class Backend:
    """The backend of OTLP_FORWARD_URL. Redirects are not followed: its headers have secrets."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        self._url = url
        self._headers = {**headers, **SENDING}

    async def __aenter__(self) -> Self:
        """Open the HTTP session."""
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=TIMEOUT), cookie_jar=aiohttp.DummyCookieJar()
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

    async def send(self, kind: Batch, content: bytes) -> Answer:
        """Send a batch, which is gzipped protobuf; return what became of it."""
        url = f"{self._url}/{PATHS[kind]}"
        try:
            async with self._session.post(
                url, data=content, headers=self._headers, allow_redirects=False
            ) as response:
                answer = _read(response.status, response.headers.get("Retry-After", ""))
                await response.content.read(LONGEST_ANSWER)
                if not response.content.at_eof():
                    response.close()
                return answer
        except TimeoutError:
            return Answer(Fate.LATER, f"It didn't respond within {TIMEOUT:g} s.")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Answer(Fate.LATER, _broken(error))


def _read(status: int, retry_after: str) -> Answer:
    if status < 300:
        return Answer(Fate.SENT)
    if status in FOR_GOOD:
        return Answer(Fate.NEVER, f"It rejected a batch for good (HTTP {status}).")
    if status < 400:
        return Answer(Fate.LATER, f"It redirects elsewhere (HTTP {status}): check the URL.")
    if status in {401, 403}:
        return Answer(Fate.LATER, f"It denies access (HTTP {status}): check the headers.")
    return Answer(Fate.LATER, f"It failed (HTTP {status}).", _seconds(retry_after))


def _seconds(retry_after: str) -> float | None:
    """Return for how long to wait (RFC 9110, section 10.2.3); None if the header isn't valid."""
    if retry_after.isascii() and retry_after.isdigit():
        return min(float(retry_after[:9]), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max((at - datetime.now(UTC)).total_seconds(), 0.0), LONGEST_WAIT)


def _broken(error: Exception) -> str:
    """Return why there was no answer; the error's own text may have the URL."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            return "Its TLS certificate isn't trusted."
        case aiohttp.ClientSSLError():
            return "TLS failed."
        case aiohttp.ClientConnectorDNSError():
            return "Its host name is unknown."
        case aiohttp.ClientConnectorError():
            return "No connection."
        case _:
            return "The connection broke."
