"""Which HTTP answers are LiveKit's; all others are refused before the SDK reads them."""

import json
from typing import Any

import aiohttp

from app.errors import BadAnswer
from app.services.livekit.errors import readable

PROTOBUF = "application/protobuf"
LARGEST = 64 * 1024 * 1024  # bytes: what LiveKit says of 200,000 rooms
# Answers are to come as they are: a few compressed bytes can become more than there is memory.
ASKED = {"Accept-Encoding": "identity"}
SIGN_IN = "A proxy responds: let it pass on /twirp without a sign-in of its own."


async def only_twirp(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Refuse what LiveKit never answers: an empty body would read as an empty server."""
    response = await handler(request)
    odd, advice = _odd(response)
    if not odd and response.status >= 400:
        odd = _odd_error(await response.read(), response.status)
    if odd:
        response.close()
        raise BadAnswer(f"{request.url.host} answered with {odd}.", advice=advice)
    return response


def _odd(response: aiohttp.ClientResponse) -> tuple[str, str]:
    """Return what of an answer's head is not LiveKit's, and what to do; empty where all is."""
    headers, status = response.headers, response.status
    if 300 <= status < 400:
        to = readable(headers.get("Location", "")) or "nowhere"
        return f"a redirect to {to}", "Set LIVEKIT_URL to where LiveKit itself answers."
    if status == 401 and "WWW-Authenticate" in headers:
        return "the question for a password (status 401)", SIGN_IN
    if (response.content_length or 0) > LARGEST:
        return f"more than {LARGEST // 1024**2} MiB", ""
    if coding := headers.get("Content-Encoding"):
        return f"what is compressed ({readable(coding)}), as nobody asked", ""
    if status == 200 and response.content_type != PROTOBUF:
        return f"{readable(response.content_type)}, not with a LiveKit message", ""
    return "", ""


def _odd_error(body: bytes, status: int) -> str:
    """Return what of an error's JSON is not as Twirp has it, which the SDK takes for granted."""
    try:
        error: Any = json.loads(body)
    except (ValueError, RecursionError):
        return ""  # no JSON: the SDK minds, and translate() says so
    meta = error.get("meta", {}) if isinstance(error, dict) else None
    texts = [error.get("code", ""), error.get("msg", "")] if isinstance(error, dict) else [None]
    texts += meta.values() if isinstance(meta, dict) else [None]
    whole = all(isinstance(text, str) for text in texts)
    return "" if whole else f"status {status} and no LiveKit error"
