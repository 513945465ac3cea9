"""What dialing shows of a call is in its one record, whichever comes first."""

from datetime import timedelta

import pytest

from app.services.history.dialed import DialedCall, record_dialed
from app.store.store import Store
from tests.support.stores import in_store
from tests.support.streams import (
    SERVER,
    at,
    history,
    keep,
    one,
    person,
    project_all,
    room,
    webhook,
)

ROOM = room()
TO = "+15550100"
ATTRIBUTES = {"sip.callID": "SCL_1", "sip.phoneNumber": TO, "sip.trunkID": "ST_1"}
CALLED = person("PA_1", "phone", 2, kind="SIP", attributes=ATTRIBUTES)
JOINED = webhook("participant_joined", 2, room=ROOM, participant=CALLED)
LEFT = webhook("participant_left", 9, room=ROOM, participant=CALLED | {"version": 2})
FAILED = DialedCall("standup", TO, "ST_1", at(1), at(8), sip_code=486, sip_text="Busy here")
ANSWERED = DialedCall(
    "standup",
    TO,
    "ST_1",
    at(1),
    identity="phone",
    call_id="SCL_1",
    participant_sid="PA_1",
    answered_at=at(6),
    sip_code=200,
)


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("call", [FAILED, ANSWERED])
def test_a_call_has_one_record(database: str, call: DialedCall, first: bool) -> None:
    async def work(store: Store) -> None:
        if first:
            await record_dialed(store, SERVER, call)
        await keep(store, [JOINED, LEFT])
        await project_all(store)
        if not first:
            await record_dialed(store, SERVER, call)
        one(
            (await history(store))["calls"],
            call_id="SCL_1",
            participant_sid="PA_1",
            room_sid="RM_1",
            started_at=at(2),
            ended_at=at(9),
            answered_at=call.answered_at,
            sip_code=call.sip_code,
            sip_text=call.sip_text,
        )
        one((await history(store))["sessions"], failures=int(call is FAILED))

    in_store(database, work)


def test_a_failed_call_is_recorded_without_any_webhook(database: str) -> None:
    async def work(store: Store) -> None:
        await record_dialed(store, SERVER, FAILED)
        later = DialedCall("standup", TO, "ST_1", at(0) + timedelta(hours=1), sip_code=603)
        await record_dialed(store, SERVER, later)
        codes = [row["sip_code"] for row in (await history(store))["calls"]]
        assert sorted(codes) == [486, 603]

    in_store(database, work)
