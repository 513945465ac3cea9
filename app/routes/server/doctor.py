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
from app.web.deps import SettingsDep, UserDep, WatchDep
from app.web.pages import page

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Check:
    """One check, by the name of its method in livekit-client."""

    method: str
    label: str
    about: str
    advice: str


CHECKS = (
    Check(
        "checkWebsocket",
        "Signal connection",
        "WebSocket connection that clients use to join.",
        "Check LIVEKIT_PUBLIC_URL, the server's certificate, and whether the proxy in front of "
        "LiveKit allows WebSockets.",
    ),
    Check(
        "checkWebRTC",
        "Media connection",
        "WebRTC media transport.",
        "Open LiveKit's UDP ports (rtc.port_range_start to port_range_end, or rtc.udp_port) and "
        "rtc.tcp_port, and set rtc.use_external_ip or rtc.node_ip.",
    ),
    Check(
        "checkTURN",
        "TURN relay",
        "Relay for clients behind firewalls that only allow TLS.",
        "If turn.enabled is on, check its domain, certificate and ports.",
    ),
    Check(
        "checkReconnect",
        "Reconnect",
        "Drops the connection and waits for it to recover.",
        "Check for a proxy that closes connections, or several LiveKit servers without Redis.",
    ),
    Check(
        "checkPublishAudio",
        "Publish audio",
        "Publishes audio from the microphone.",
        "Check that the browser can use the microphone, and that it isn't muted.",
    ),
    Check(
        "checkPublishVideo",
        "Publish video",
        "Publishes video from the camera.",
        "Check that the browser can use the camera, and that no other program is using it.",
    ),
    Check(
        "checkConnectionProtocol",
        "UDP and TCP",
        "Compares both with ten seconds of video each. Slow, so it is optional.",
        "One of them is blocked; clients use the other.",
    ),
)
SLOW = "checkConnectionProtocol"


@router.get("/doctor", dependencies=[sees(Permission.TOKENS_CREATE)])
async def doctor_page(
    request: Request, settings: SettingsDep, watch: WatchDep, user: UserDep
) -> Response:
    """Show the checks, of which none runs until the user starts them, and the agent workers."""
    answer = await page(
        request,
        "server/doctor.html.j2",
        live=False,
        checks=CHECKS,
        slow=SLOW,
        livekit_url=settings.browser_url,
        workers=watch.latest() if watch and user.can(Permission.AGENTS_READ) else (),
    )
    answer.headers.update(reaching_livekit(settings, devices=True))
    return answer


@router.post("/doctor", dependencies=[does("doctor.check", Permission.TOKENS_CREATE)])
async def doctor_token(settings: SettingsDep) -> JSONResponse:
    """Return a token for a temporary room to the page's script."""
    return JSONResponse(asdict(browser_tokens.check_token(settings, secrets.token_hex(8))))
