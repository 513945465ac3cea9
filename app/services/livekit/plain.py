"""LiveKit's endpoints that respond in plain text, beside its protobuf services."""

from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp

ENOUGH = 16_384  # bytes of a response that are read


@dataclass(frozen=True, slots=True)
class PlainAnswer:
    """The response to a GET; `date` is its Date header, or empty."""

    date: str
    sent: datetime
    received: datetime
    status: int = 200
    text: str = ""


async def get_plain(session: aiohttp.ClientSession, url: str, token: str) -> PlainAnswer:
    """GET a LiveKit endpoint; redirects are not followed, so that no token goes elsewhere."""
    url = "http" + url.removeprefix("http").removeprefix("ws")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    sent = datetime.now(UTC)
    request = session.get(url, headers=headers, allow_redirects=False, middlewares=())
    async with request as response:
        received = datetime.now(UTC)
        text = (await response.content.read(ENOUGH)).decode(errors="replace")
        date = response.headers.get("Date", "")
        return PlainAnswer(date, sent, received, response.status, text)
