"""The security headers of every response."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.config.settings import Settings

CSP = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
)

# For the page with a player of recordings, which the dashboard itself sends.
PLAYER_CSP = f"{CSP}; media-src 'self'"

DEVICES = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"

# Sent as is: a same-origin Referer also keeps the Origin header on our own forms.
ALWAYS = {
    "Content-Security-Policy": CSP,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": DEVICES,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class SecurityHeaders:
    """ASGI middleware that adds the headers; a response that sets one itself keeps its own."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.headers = Headers(security_headers(settings)).raw

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run a request and add the headers to its response."""

        async def start(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                added = (header for header in self.headers if header[0] not in present)
                message["headers"] = [*message["headers"], *added]
            await send(message)

        await self.app(scope, receive, start)


def security_headers(settings: Settings) -> dict[str, str]:
    """Return the headers for `settings`.

    Production asks for HTTPS from then on, for this host alone: its subdomains aren't ours.
    """
    if settings.production:
        return ALWAYS | {"Strict-Transport-Security": "max-age=31536000"}
    return ALWAYS


def reaching_livekit(settings: Settings, *, devices: bool = False) -> dict[str, str]:
    """Return the headers of a page whose own script connects to LiveKit, for that page alone.

    It may connect to the one LiveKit origin, by WebSocket and by HTTP: livekit-client asks there
    why a connection failed. With `devices` it may use the camera and the microphone.
    """
    url = urlsplit(settings.browser_url)
    origins = f"{url.scheme}://{url.netloc} {url.scheme.replace('ws', 'http')}://{url.netloc}"
    headers = {
        "Content-Security-Policy": CSP.replace(
            "connect-src 'self'", f"connect-src 'self' {origins}"
        )
    }
    if devices:
        allowed = DEVICES.replace("camera=()", "camera=(self)")
        headers["Permissions-Policy"] = allowed.replace("microphone=()", "microphone=(self)")
    return headers
