"""The page of a feature that the LiveKit server isn't set up for, with what to do about it."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from app.web.pages import page


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature that needs Redis and a worker; `variable` takes the worker's configuration."""

    title: str
    worker: str
    image: str
    variable: str
    guide: str
    options: str = ""


EGRESS_SETUP = Feature(
    title="Egress",
    worker="egress",
    image="livekit/egress",
    variable="EGRESS_CONFIG_BODY",
    guide="egress",
    options="--cap-add=SYS_ADMIN ",
)
INGRESS_SETUP = Feature(
    title="Ingress",
    worker="ingress",
    image="livekit/ingress",
    variable="INGRESS_CONFIG_BODY",
    guide="ingress",
)
TELEPHONY_SETUP = Feature(
    title="Telephony",
    worker="sip",
    image="livekit/sip",
    variable="SIP_CONFIG_BODY",
    guide="sip-server",
)


async def not_set_up(request: Request, feature: Feature) -> Response:
    """Answer with the feature's empty page; it refreshes, so it ends once the server is set up."""
    return await page(request, "not_set_up.html.j2", feature=feature)
