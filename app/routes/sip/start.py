"""/sip: telephony begins with its calls."""

from fastapi import APIRouter

from app.routes.sip.calls import calls_index
from app.security.guards import sees
from app.security.roles import Permission

router = APIRouter(prefix="/sip")
router.get("", dependencies=[sees(Permission.SIP_READ)])(calls_index)
