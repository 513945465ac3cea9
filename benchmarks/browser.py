"""An HTTP client that behaves like a browser, and the responses it gets."""

import gzip
import http
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import aiohttp

from benchmarks.dashboard import USER, Dashboard

# the files that a page, a style sheet or a script loads
IN_HTML = re.compile(r"""(?:src|href)="(/static/[^"]+)\"""")
IN_CSS = re.compile(r"""url\(["']?([^"')]+)["']?\)""")
TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
IN_JS = re.compile(r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""")


@dataclass(frozen=True, slots=True)
class Reply:
    """A response; `size` is the length of the compressed body in bytes."""

    status: int
    seconds: float
    size: int
    text: str
    ptag: str
    calls: int

    @property
    def good(self) -> bool:
        """True for a page, or for a 304 because nothing changed."""
        return self.status in (http.HTTPStatus.OK, http.HTTPStatus.NOT_MODIFIED)


class Browser:
    """Signed-in connections to the dashboard that share one browser's cookies."""

    def __init__(
        self, dashboard: Dashboard, connections: int = 1, *, signs_in: bool = True
    ) -> None:
        """Open a session with at most this many connections, with HTTP Basic if it `signs_in`."""
        self._base = dashboard.url
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=connections),
            cookie_jar=aiohttp.CookieJar(
                unsafe=True
            ),  # otherwise cookies of IP addresses are ignored
            auth=aiohttp.BasicAuth(USER, dashboard.password) if signs_in else None,
            auto_decompress=False,
            headers={"Accept-Encoding": "gzip"},
            timeout=aiohttp.ClientTimeout(total=60),
        )

    async def __aenter__(self) -> Self:
        """Return the browser."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Close the connections."""
        await self._session.close()

    @property
    def cookie(self) -> str:
        """The cookies as a request carries them."""
        return "; ".join(f"{each.key}={each.value}" for each in self._session.cookie_jar)

    async def get(self, path: str, headers: Mapping[str, str] | None = None) -> Reply:
        """Fetch a path. Raises RuntimeError if the response is an error."""
        reply = await self.try_to_get(path, headers)
        if not reply.good:
            raise RuntimeError(f"{path} returned {reply.status}")
        return reply

    async def try_to_get(self, path: str, headers: Mapping[str, str] | None = None) -> Reply:
        """Fetch a path and return any response; its time ends with the last byte."""
        began = time.perf_counter()
        async with self._session.get(urljoin(self._base, path), headers=headers) as response:
            return await _reply(response, began)

    async def download(self, path: str) -> int:
        """Fetch a file, and return its bytes without keeping them. Raises RuntimeError."""
        size = 0
        async with self._session.get(urljoin(self._base, path)) as response:
            if response.status != http.HTTPStatus.OK:
                raise RuntimeError(f"{path} returned {response.status}")
            async for chunk in response.content.iter_any():
                size += len(chunk)
        return size

    async def send(self, path: str, fields: Mapping[str, str]) -> Reply:
        """Load the form at a path and submit it, as a browser does, without following redirects.

        Returns the response to the first request if it has no form.
        """
        form = await self.try_to_get(path)
        token = TOKEN.search(form.text)
        if not form.good or not token:
            return form
        data = {**fields, "csrf": token[1]}
        headers = {"Origin": self._base}
        began = time.perf_counter()
        url = urljoin(self._base, path)
        async with self._session.post(
            url, data=data, headers=headers, allow_redirects=False
        ) as response:
            return await _reply(response, began)

    async def first_load(self, path: str) -> int:
        """Return the bytes of a first visit: the page and every file it loads, each once."""
        page = await self.get(path)
        total = page.size
        loaded: set[str] = set()
        pending = IN_HTML.findall(page.text)
        while pending:
            address = urlsplit(pending.pop()).path
            if address in loaded:
                continue
            loaded.add(address)
            asset = await self.get(address)
            total += asset.size
            pattern = {".css": IN_CSS, ".js": IN_JS}.get(Path(address).suffix)
            links = pattern.findall(asset.text) if pattern else []
            pending += [urljoin(address, link) for link in links if not link.startswith("data:")]
        return total


async def _reply(response: aiohttp.ClientResponse, began: float) -> Reply:
    body = await response.read()
    seconds = time.perf_counter() - began
    compressed = response.headers.get("Content-Encoding") == "gzip"
    return Reply(
        status=response.status,
        seconds=seconds,
        size=len(body),
        text=(gzip.decompress(body) if compressed else body).decode(errors="replace"),
        ptag=response.headers.get("HX-PTag", ""),
        calls=_calls(response.headers.get("Server-Timing", "")),
    )


def _calls(server_timing: str) -> int:
    """Count the LiveKit calls that this request made itself, without shared ones.

    Calls of one name are one entry, whose description is their number.
    """
    entries = re.findall(r'(\w+)(?:;desc="?(\w+)"?)?;dur=', server_timing)
    counted = {name: int(note) if note.isdigit() else note != "shared" for name, note in entries}
    return sum(times for name, times in counted.items() if name not in {"total", "age"})
