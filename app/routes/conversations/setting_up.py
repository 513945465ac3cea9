"""What sets agents up to upload here: lines for livekit.yaml, and for a worker's environment."""

from dataclasses import dataclass

from starlette.requests import Request

from app.routes.webhooks.setting_up import reached

LIVEKIT = "agents:\n  enable_user_data_recording: true\n"


@dataclass(frozen=True, slots=True)
class SetUp:
    """The lines for LiveKit and for a worker, and what is known of the address in them.

    `is_public` if PUBLIC_URL says it, else it is how this browser reached the dashboard; `is_local`
    if only programs on the dashboard's own machine reach it.
    """

    url: str
    livekit: str
    worker: str
    is_public: bool
    is_local: bool


def set_up(request: Request) -> SetUp:
    """Return what sets LiveKit and its workers up to upload to this dashboard."""
    here = reached(request)
    line = f"LIVEKIT_OBSERVABILITY_URL={here.url}\n"
    return SetUp(here.url, LIVEKIT, line, here.is_public, here.is_local)
