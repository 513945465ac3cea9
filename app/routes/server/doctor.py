"""/doctor: livekit-client's own connection checks, from this browser to this server."""

import secrets
from dataclasses import asdict, dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.security.guards import does, sees
from app.security.headers import reaching_livekit
from app.security.roles import Permission
from app.services.tokens import browser_tokens
from app.web.deps import SettingsDep
from app.web.pages import page

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Check:
    """One check by the name of its method in livekit-client, and what it is about."""

    method: str
    label: str
    about: str
    advice: str


CHECKS = (
    Check(
        "checkWebsocket",
        "Signal connection",
        "A WebSocket to LiveKit, by which clients join.",
        "Look at LIVEKIT_PUBLIC_URL, the server's certificate, and whether the proxy before "
        "LiveKit lets WebSockets pass.",
    ),
    Check(
        "checkWebRTC",
        "Media connection",
        "WebRTC to LiveKit, by which sound and pictures go.",
        "Open LiveKit's UDP ports (rtc.port_range_start to port_range_end, or rtc.udp_port) and "
        "rtc.tcp_port, and set rtc.use_external_ip or rtc.node_ip.",
    ),
    Check(
        "checkTURN",
        "TURN relay",
        "The way round firewalls that let nothing but TLS out.",
        "Where turn.enabled is on, look at its domain, its certificate and its ports.",
    ),
    Check(
        "checkReconnect",
        "Reconnect",
        "The connection is cut, and must come back by itself.",
        "A proxy that ends connections, or several LiveKit servers without Redis, prevent it.",
    ),
    Check(
        "checkPublishAudio",
        "Publish sound",
        "The microphone's sound reaches LiveKit.",
        "Look whether the browser may use the microphone, and whether it is muted.",
    ),
    Check(
        "checkPublishVideo",
        "Publish pictures",
        "The camera's pictures reach LiveKit.",
        "Look whether the browser may use the camera, and whether another program has it.",
    ),
    Check(
        "checkConnectionProtocol",
        "UDP and TCP",
        "Ten seconds of pictures each way, to compare them; it is slow, so it is optional.",
        "One of the two is blocked on the way; clients use what is left.",
    ),
)
SLOW = "checkConnectionProtocol"


@router.get("/doctor", dependencies=[sees(Permission.TOKENS_CREATE)])
async def doctor_page(request: Request, settings: SettingsDep) -> Response:
    """Show the checks; none runs before somebody says so."""
    answer = await page(
        request,
        "server/doctor.html.j2",
        live=False,
        checks=CHECKS,
        slow=SLOW,
        livekit_url=settings.browser_url,
    )
    answer.headers.update(reaching_livekit(settings, devices=True))
    return answer


@router.post("/doctor", dependencies=[does("doctor.check", Permission.TOKENS_CREATE)])
async def doctor_pass(settings: SettingsDep) -> JSONResponse:
    """Give the page's script a pass for a room of the check's own."""
    return JSONResponse(asdict(browser_tokens.check_token(settings, secrets.token_hex(8))))
