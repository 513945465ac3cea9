"""The headers that every response carries, whatever it is."""

from app.settings import Settings

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

# Sent as is: a same-origin Referer also keeps the Origin header on our own forms.
ALWAYS = {
    "Content-Security-Policy": CSP,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def security_headers(settings: Settings) -> dict[str, str]:
    """Give the headers for `settings`; a response that sets one itself keeps its own."""
    if settings.production:
        return ALWAYS | {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
    return ALWAYS
