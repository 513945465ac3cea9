"""/sip while ENABLE_SIP is off: what telephony needs."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands.setup import TELEPHONY_SETUP, server_step, switch_on, worker_steps
from app.errors import LiveKitError
from app.navigation.sidebar import SIP_OFF
from app.security.guards import sees
from app.security.roles import Permission
from app.services.livekit.errors import NeedsRedis
from app.services.sip.rules import rules
from app.web.deps import PolledLiveKitDep, SettingsDep
from app.web.not_set_up import not_set_up
from app.web.or_error import settled

router = APIRouter(prefix="/sip")


@router.get("", dependencies=[sees(Permission.SIP_READ)])
async def set_up_telephony(
    request: Request, livekit: PolledLiveKitDep, settings: SettingsDep
) -> Response:
    """Show what is missing; one call shows if LiveKit has its part."""
    _, error = await settled(rules.trunks(livekit))
    server = [server_step(TELEPHONY_SETUP)] if isinstance(error, NeedsRedis) else []
    steps = [switch_on(), *server, *worker_steps(TELEPHONY_SETUP, settings)]
    return await not_set_up(request, TELEPHONY_SETUP, SIP_OFF, steps, checked=_checked(error))


def _checked(error: LiveKitError | None) -> str:
    """Return what the call shows of LiveKit's part."""
    if isinstance(error, NeedsRedis):
        return "LiveKit has no Redis yet."
    if error:
        return f"LiveKit couldn't be checked: {error.title}."
    return "LiveKit has Redis; skip the steps for the worker if livekit-sip is running already."
