"""Tokens as the tests need them: taken from a page, laid open, or written by hand, right or not."""

import base64
import hashlib
import hmac
import json
import re
import time
from typing import Any

import httpx
import jwt

from dev.stack import Stack
from tests.support.visitor import ACCESS_TOKEN, Seen, Visitor

MAKE = "/sandbox"
DECODE = "/sandbox/decode"
HS256 = {"alg": "HS256", "typ": "JWT"}
JOINS = {"roomJoin": True, "room": "r"}


def post(visitor: Visitor, path: str, **fields: Any) -> Seen:
    """Send a form of the workbench, with the token of its own page: the overview costs more."""
    return visitor.send(path, {"csrf": visitor.get(path).csrf, **fields})


def token_in(page: Seen) -> str:
    """Return the token that the page shows."""
    assert page.status == 200, page.text
    (button,) = [b for b in page.all("button") if ACCESS_TOKEN.match(b.get("data-copy", ""))]
    return button["data-copy"]


def claims(stack: Stack, token: str) -> dict[str, Any]:
    """Check the signature and give what the token says."""
    said: dict[str, Any] = jwt.decode(token, stack.api_secret, algorithms=["HS256"])
    return said


def signed(secret: str, said: object, header: object = None) -> str:
    """Sign anything at all; no library is asked whether it makes sense."""
    parts = [_part(json.dumps(part).encode()) for part in (header or HS256, said)]
    text = ".".join(parts)
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
    return f"{text}.{_part(digest)}"


def a_token(stack: Stack, **changes: Any) -> str:
    """Return a token for ada to join room `r`, some claims changed; `...` leaves one out."""
    now = int(time.time())
    usual = {
        "iss": stack.api_key,
        "sub": "ada",
        "nbf": now,
        "exp": now + 600,
        "video": {"roomJoin": True, "room": "r"},
    }
    said = {name: value for name, value in (usual | changes).items() if value is not ...}
    return signed(stack.api_secret, said)


def allows(stack: Stack, token: str, call: str, **request: Any) -> bool:
    """Return whether LiveKit answers a call of its API to the holder of a token."""
    url = f"{stack.url.replace('ws', 'http', 1)}/twirp/livekit.{call}"
    answer = httpx.post(url, json=request, headers={"Authorization": f"Bearer {token}"}, timeout=30)
    assert answer.status_code in {200, 401}, answer.text
    return answer.status_code == 200


def _part(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def now(seconds: int = 0) -> int:
    """Return a moment as a token has it."""
    return int(time.time()) + seconds


def asked(stack: Stack, token: str) -> httpx.Response:
    """Ask LiveKit itself about a token."""
    url = stack.url.replace("ws", "http", 1)
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{url}/rtc/validate", headers=headers, timeout=30)


def notice(page: Seen) -> str:
    """Return the sentence at the top."""
    assert page.status == 200, page.text
    assert page.all("div", role="status")
    found = re.search(
        r"(The token is|The token could|No token was).*?(?= Validity Format)", page.text
    )
    assert found, page.text
    return found[0]


def notice_of_join(page: Seen) -> str:
    """Return what is said of a join."""
    assert page.status == 200, page.text
    return page.text.partition(" Joining LiveKit")[2].partition(" Permissions")[0]
