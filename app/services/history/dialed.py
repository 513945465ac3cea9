"""What the dashboard knows of calls that it dialed: when they were answered, or why not."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, select

from app.services.history.call_rows import PLACEHOLDER
from app.services.history.projecting.applying import save_sessions
from app.services.history.projecting.reading import short_id, short_name
from app.services.history.rows import Row, changed, key_of, save
from app.services.sip.states import CallDirection
from app.store.schema import CALLS
from app.store.store import Store

BEFORE = timedelta(seconds=2)  # LiveKit's clock may differ a little
LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class DialedCall:
    """A call that was dialed; of one that failed, LiveKit reports neither IDs nor participant.

    `answered_at` is None if nobody waited for the answer. `sip_code` is None without a response.
    """

    room: str
    to: str
    trunk: str
    began: datetime
    ended: datetime | None = None
    identity: str = ""
    call_id: str = ""
    participant_sid: str = ""
    answered_at: datetime | None = None
    sip_code: int | None = None
    sip_text: str = ""


async def record_dialed(store: Store, server: str, call: DialedCall) -> None:
    """Add to the record of a call what dialing it showed. Raises StoreError."""
    await changed(store, partial(_record, server=server, call=call))


def _record(connection: Connection, server: str, call: DialedCall) -> None:
    known = {
        "answered_at": call.answered_at,
        "sip_code": call.sip_code,
        "sip_text": call.sip_text[:LONGEST_TEXT],
    }
    mine = CALLS.c.server == server
    if call.call_id:
        mine &= CALLS.c.call_id == short_id(call.call_id)
    else:
        mine &= (CALLS.c.room == short_name(call.room)) & (CALLS.c.to_number == call.to)
        mine &= CALLS.c.started_at >= call.began - BEFORE
    newest = select(CALLS).where(mine).order_by(CALLS.c.started_at.desc()).limit(1)
    old = connection.execute(newest).mappings().first()
    row = dict(old) | known if old else _row(server, call) | known
    key = key_of(CALLS, row)
    save(connection, CALLS, {key: dict(old)} if old else {}, {key: row})
    save_sessions(connection, {}, [(server, row["room_sid"])])


def _row(server: str, call: DialedCall) -> Row:
    """Return a record until a webhook tells more of the call."""
    return {
        "server": server,
        "call_id": short_id(call.call_id) or f"{PLACEHOLDER}{secrets.token_hex(8)}",
        "participant_sid": short_id(call.participant_sid),
        "room_sid": "",
        "room": short_name(call.room),
        "identity": short_name(call.identity),
        "direction": CallDirection.OUTBOUND.value,
        "from_number": "",
        "to_number": call.to[:128],
        "trunk_id": short_id(call.trunk),
        "rule_id": "",
        "status": "",
        "started_at": call.began,
        "started_inferred": False,
        "ended_at": call.ended,
        "ended_inferred": False,
        "ended_after": None,
        "reason": "",
    }
