"""What sets LiveKit up to send its webhooks here: the address, and lines for livekit.yaml."""

import json
from dataclasses import dataclass

from starlette.requests import Request

from app.config.settings import Settings
from app.security.origin import LOOPBACK
from app.services.webhooks.sending import Target
from app.text.paths import LIVEKIT_HOOK
from app.web.base_path import full_address


@dataclass(frozen=True, slots=True)
class SetUp:
    """The lines for livekit.yaml, and what is known of the address in them.

    `is_public` if PUBLIC_URL says it, else it is how this browser reached the dashboard; `is_local`
    if only programs on the dashboard's own machine reach it.
    """

    url: str
    lines: str
    is_public: bool
    is_local: bool


@dataclass(frozen=True, slots=True)
class Reached:
    """The dashboard's address, without a slash at its end; see SetUp."""

    url: str
    is_public: bool
    is_local: bool


def reached(request: Request) -> Reached:
    """Return PUBLIC_URL, or else the address by which this browser reached the dashboard."""
    settings: Settings = request.app.state.settings
    if settings.public_url:
        return Reached(settings.public_url, is_public=True, is_local=False)
    url = full_address(request, "").rstrip("/")
    return Reached(url, is_public=False, is_local=request.url.hostname in LOOPBACK)


def set_up(request: Request) -> SetUp:
    """Return what sets LiveKit up to send webhooks to this dashboard."""
    settings: Settings = request.app.state.settings
    here = reached(request)
    url = here.url + LIVEKIT_HOOK
    lines = (
        "webhook:\n"
        f"  api_key: {scalar(settings.livekit_api_key)}\n"
        "  urls:\n"
        f"    - {scalar(url)}\n"
    )
    return SetUp(url, lines, here.is_public, here.is_local)


def own_target(request: Request, path: str = LIVEKIT_HOOK) -> Target:
    """Return where a test is sent: to PUBLIC_URL, or else to this instance."""
    settings: Settings = request.app.state.settings
    if settings.public_url:
        return Target(settings.public_url + path)
    host, port = request.scope["server"]
    if port is None:  # a Unix socket
        return Target(full_address(request, path))
    name = f"[{host}]" if ":" in host else host
    return Target(f"http://{name}:{port}{path}", request.headers.get("host", ""))


def scalar(text: str) -> str:
    """Return a text as YAML, in quotes if it needs them."""
    plain = text.isascii() and all(char.isalnum() or char in "-_./:[]" for char in text)
    return text if plain and ": " not in text and text[:1].isalnum() else json.dumps(text)
