"""A browser's way of asking the dashboard under test, and what it was answered."""

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

# what a page, a style sheet or a script makes a browser fetch
IN_HTML = re.compile(r"""(?:src|href)="(/static/[^"]+)\"""")
IN_CSS = re.compile(r"""url\(["']?([^"')]+)["']?\)""")
TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
IN_JS = re.compile(r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""")


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer as it came over the wire: `size` is that of the compressed body."""

    status: int
    seconds: float
    size: int
    text: str
    ptag: str
    calls: int

    @property
    def good(self) -> bool:
        """Whether it is what was asked for, or says that nothing changed."""
        return self.status in (http.HTTPStatus.OK, http.HTTPStatus.NOT_MODIFIED)


class Browser:
    """Connections to the dashboard, signed in, with the cookies of one browser."""

    def __init__(self, dashboard: Dashboard, connections: int = 1) -> None:
        """Open a session with at most that many connections; close it when done."""
        self._base = dashboard.url
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=connections),
            cookie_jar=aiohttp.CookieJar(unsafe=True),  # else it keeps none of an IP address
            auth=aiohttp.BasicAuth(USER, dashboard.password),
            auto_decompress=False,
            headers={"Accept-Encoding": "gzip"},
            timeout=aiohttp.ClientTimeout(total=60),
        )

    async def __aenter__(self) -> Self:
        """Give the browser."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Close the connections."""
        await self._session.close()

    async def get(self, path: str, headers: Mapping[str, str] | None = None) -> Reply:
        """Fetch one address. Raises RuntimeError where the answer is an error."""
        reply = await self.try_to_get(path, headers)
        if not reply.good:
            raise RuntimeError(f"{path} answered {reply.status}")
        return reply

    async def try_to_get(self, path: str, headers: Mapping[str, str] | None = None) -> Reply:
        """Fetch one address, whatever the answer; its time ends with the last byte."""
        began = time.perf_counter()
        async with self._session.get(urljoin(self._base, path), headers=headers) as response:
            return await _reply(response, began)

    async def send(self, path: str, fields: Mapping[str, str]) -> Reply:
        """Send the form that stands at an address, as a browser does; a redirect is not followed.

        Where the form cannot be had, what came instead is the answer.
        """
        shown = await self.try_to_get(path)
        token = TOKEN.search(shown.text)
        if not shown.good or not token:
            return shown
        sent = {**fields, "csrf": token[1]}
        headers = {"Origin": self._base}
        began = time.perf_counter()
        url = urljoin(self._base, path)
        async with self._session.post(
            url, data=sent, headers=headers, allow_redirects=False
        ) as response:
            return await _reply(response, began)

    async def first_load(self, path: str) -> int:
        """Give the bytes that a first visit takes: the page and all it refers to, each once."""
        page = await self.get(path)
        total = page.size
        seen: set[str] = set()
        wanted = IN_HTML.findall(page.text)
        while wanted:
            address = urlsplit(wanted.pop()).path
            if address in seen:
                continue
            seen.add(address)
            asset = await self.get(address)
            total += asset.size
            pattern = {".css": IN_CSS, ".js": IN_JS}.get(Path(address).suffix)
            found = pattern.findall(asset.text) if pattern else []
            wanted += [urljoin(address, link) for link in found if not link.startswith("data:")]
        return total


async def _reply(response: aiohttp.ClientResponse, began: float) -> Reply:
    body = await response.read()
    seconds = time.perf_counter() - began
    packed = response.headers.get("Content-Encoding") == "gzip"
    return Reply(
        status=response.status,
        seconds=seconds,
        size=len(body),
        text=(gzip.decompress(body) if packed else body).decode(errors="replace"),
        ptag=response.headers.get("HX-PTag", ""),
        calls=_calls(response.headers.get("Server-Timing", "")),
    )


def _calls(server_timing: str) -> int:
    """Count the LiveKit calls that this request itself made: those it shared are another's."""
    entries = [entry.split(";") for entry in server_timing.split(", ") if entry]
    return sum(name != "total" and "desc=shared" not in rest for name, *rest in entries)
