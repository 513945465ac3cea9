"""The headers that every response carries, whatever it is."""

from urllib.parse import urlsplit

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


def security_headers(settings: Settings) -> dict[str, str]:
    """Give the headers for `settings`; a response that sets one itself keeps its own."""
    if settings.production:
        return ALWAYS | {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
    return ALWAYS


def reaching_livekit(settings: Settings, *, devices: bool = False) -> dict[str, str]:
    """Give the headers of a page whose own script talks to LiveKit, for that page alone.

    Its connections may go to the one LiveKit origin, by WebSocket and by HTTP: livekit-client
    asks there why a connection failed. With `devices` it may use camera and microphone.
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
