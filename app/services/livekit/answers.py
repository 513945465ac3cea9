"""Rejects HTTP responses that aren't LiveKit's before the SDK reads them."""

import json
from typing import Any

import aiohttp

from app.errors import BadAnswer
from app.services.livekit.errors import readable

PROTOBUF = "application/protobuf"
LARGEST = 64 * 1024 * 1024  # bytes: a response with 200,000 rooms
# Request uncompressed responses: a few compressed bytes can expand to more than the memory.
UNCOMPRESSED = {"Accept-Encoding": "identity"}
SIGN_IN = "A proxy responds. Configure it to forward /twirp without its own sign-in."


async def only_twirp(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Reject responses that LiveKit never sends: an empty body would look like an empty server."""
    response = await handler(request)
    unexpected, advice = _unexpected(response)
    if not unexpected and response.status >= 400:
        unexpected = _unexpected_error(await response.read(), response.status)
    if unexpected:
        response.close()
        raise BadAnswer(f"{request.url.host} answered with {unexpected}.", advice=advice)
    return response


def _unexpected(response: aiohttp.ClientResponse) -> tuple[str, str]:
    """Return what is wrong with the status or headers, and what to do; empty if nothing is."""
    headers, status = response.headers, response.status
    if 300 <= status < 400:
        to = readable(headers.get("Location", "")) or "nowhere"
        return f"a redirect to {to}", "Set LIVEKIT_URL to the address of LiveKit itself."
    if status == 401 and "WWW-Authenticate" in headers:
        return "a request for a password (status 401)", SIGN_IN
    if (response.content_length or 0) > LARGEST:
        return f"more than {LARGEST // 1024**2} MiB", ""
    if coding := headers.get("Content-Encoding"):
        return f"an unrequested compression ({readable(coding)})", ""
    if status == 200 and response.content_type != PROTOBUF:
        return f"{readable(response.content_type)}, not with a LiveKit message", ""
    return "", ""


def _unexpected_error(body: bytes, status: int) -> str:
    """Return what is wrong with an error that isn't as Twirp defines it; the SDK doesn't check."""
    try:
        error: Any = json.loads(body)
    except (ValueError, RecursionError):
        return ""  # not JSON: the SDK rejects it, and translate() reports it
    meta = error.get("meta", {}) if isinstance(error, dict) else None
    texts = [error.get("code", ""), error.get("msg", "")] if isinstance(error, dict) else [None]
    texts += meta.values() if isinstance(meta, dict) else [None]
    valid = all(isinstance(text, str) for text in texts)
    return "" if valid else f"status {status} and no LiveKit error"
