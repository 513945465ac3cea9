"""Send a test event to this dashboard, as LiveKit would, and say what came of it."""

import base64
import hashlib
import json
import secrets
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp
from livekit.api import AccessToken

from app.config.settings import Settings
from app.services.webhooks.receiving import TEST_ID
from app.services.webhooks.states import Delivery

EVENT = "dashboard_test"  # no event of LiveKit, so no page shows it as something that happened
LIFE = timedelta(minutes=5)
TIMEOUT = 10.0  # seconds
TYPE = "application/webhook+json"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a test event is sent; `host` is the Host header if it is not that of the address."""

    url: str
    host: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A test event that was sent: its ID, where to, and what was answered in which time."""

    event_id: str
    url: str
    delivery: Delivery
    took: timedelta
    status: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request: why there was no answer, or the answer's status and its start."""

    took: timedelta
    failure: Delivery | None = None
    reason: str = ""
    status: int | None = None
    start: str = ""
    location: str = ""


async def post(target: Target, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send a body once; redirects are not followed."""
    named = {"Host": target.host} if target.host else {}
    began = time.monotonic()

    def took() -> timedelta:
        return timedelta(seconds=time.monotonic() - began)

    timeout = aiohttp.ClientTimeout(total=TIMEOUT)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(
                target.url, data=body, headers={**headers, **named}, allow_redirects=False
            ) as answer,
        ):
            start = (await answer.content.read(400)).decode("utf-8", "replace")
            location = answer.headers.get("Location", "")
            return Answer(took(), status=answer.status, start=start, location=location)
    except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError, ssl.SSLError) as error:
        return Answer(took(), Delivery.TLS, _reason(error))
    except TimeoutError:
        return Answer(took(), Delivery.TIMEOUT, f"No answer within {TIMEOUT:g} s.")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return Answer(took(), Delivery.UNREACHABLE, _reason(error))


async def send(settings: Settings, target: Target) -> Sent:
    """Sign a test event with the dashboard's key and send it."""
    event_id, body, token = _signed(settings)
    headers = {"Authorization": token, "Content-Type": TYPE, "User-Agent": "LiveKit"}
    answer = await post(target, body, headers)
    delivery, detail = judged(answer)
    return Sent(event_id, target.url, delivery, answer.took, answer.status, detail)


def _signed(settings: Settings) -> tuple[str, bytes, str]:
    """Return the ID, the body and the token of a new test event."""
    event_id = TEST_ID + secrets.token_hex(6)
    now = str(int(datetime.now(UTC).timestamp()))
    body = json.dumps({"event": EVENT, "id": event_id, "createdAt": now}).encode()
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    secret = settings.livekit_api_secret.get_secret_value()
    token = AccessToken(settings.livekit_api_key, secret).with_sha256(digest).with_ttl(LIFE)
    return event_id, body, token.to_jwt()


def judged(answer: Answer) -> tuple[Delivery, str]:
    """Return what an answer means, and its own words; this dashboard answers 200 with nothing."""
    if answer.status is None:
        return answer.failure or Delivery.OTHER, answer.reason
    if answer.status == 200:
        is_ours = not answer.start.strip()
        return (Delivery.RECEIVED, "") if is_ours else (Delivery.OTHER, answer.start)
    if 300 <= answer.status < 400:
        return Delivery.REDIRECTED, answer.location[:400]
    kinds = {401: Delivery.REFUSED, 404: Delivery.NOT_FOUND, 503: Delivery.BUSY}
    return kinds.get(answer.status, Delivery.OTHER), _detail(answer.start)


def _detail(start: str) -> str:
    try:
        problem = json.loads(start)
    except ValueError:
        return ""
    detail = problem.get("detail") if isinstance(problem, dict) else None
    return detail if isinstance(detail, str) else ""


def _reason(error: BaseException) -> str:
    return str(error)[:300] or type(error).__name__
