"""Calls that the dashboard dials, in the records of history."""

from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.requests import Request

from app.errors import CallFailed, DashboardError
from app.services.sip.calls.dialing import Placed
from app.services.sip.calls.new_call import NewCall
from app.services.webhooks.signing_keys import DEFAULT_SERVER

if TYPE_CHECKING:
    from app.services.history.dialed import DialedCall

ANSWERED = 200  # SIP's status of a call that was answered


async def recorded(request: Request, new: NewCall, placing: Awaitable[Placed]) -> Placed:
    """Return the call once it is placed, and record how that went. Raises what placing it raises.

    A database that fails doesn't undo a call: its record then has less, and the log says so.
    """
    if request.app.state.store is None:
        return await placing
    from app.services.history.dialed import DialedCall  # with the store

    trunk = new.trunk if isinstance(new.trunk, str) else ""
    call = DialedCall(new.room, new.to, trunk, datetime.now(UTC), identity=new.identity)
    try:
        placed = await placing
    except CallFailed as error:
        now = datetime.now(UTC)
        failed = replace(call, ended=now, sip_code=error.code or None, sip_text=error.reason)
        await _record(request, failed)
        raise
    call = replace(call, identity=placed.identity, call_id=placed.id, participant_sid=placed.sid)
    if new.wait_until_answered:
        call = replace(call, answered_at=datetime.now(UTC), sip_code=ANSWERED)
    await _record(request, call)
    return placed


async def _record(request: Request, call: "DialedCall") -> None:
    from app.services.history.dialed import record_dialed  # as above

    with suppress(DashboardError):  # the store has logged it
        await record_dialed(request.app.state.store, DEFAULT_SERVER, call)
