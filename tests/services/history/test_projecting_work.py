"""What webhooks of egress, ingress and calls become in history."""

from typing import Any

from app.store.store import Store
from tests.support.stores import in_store
from tests.support.streams import (
    Event,
    at,
    brief,
    history,
    keep,
    made,
    ns,
    one,
    person,
    project_all,
    room,
    webhook,
)

ROOM = room()
ANNA = person("PA_anna", "anna", 1.5, name="Anna")


def test_egress_is_what_its_newest_report_says(database: str) -> None:
    info = {"egressId": "EG_1", "roomId": "RM_1", "roomName": "standup", "roomComposite": {}}
    ended = info | {"status": "EGRESS_FAILED", "error": "no space", "errorCode": 507}
    seen = made(
        database,
        webhook("room_started", 0, room=ROOM),
        webhook("egress_ended", 9, egressInfo=ended | {"endedAt": ns(8.5), "updatedAt": ns(8.6)}),
        webhook("egress_updated", 9, egressInfo=info | {"status": "EGRESS_ENDING"}),
        webhook("egress_started", 2, egressInfo=info, room=brief(ROOM)),
        webhook(
            "egress_updated",
            4,
            egressInfo=info
            | {"status": "EGRESS_ACTIVE", "startedAt": ns(3.25), "updatedAt": ns(3.5)},
        ),
    )
    one(
        seen["egress_jobs"],
        egress_id="EG_1",
        type="room_composite",
        status="EGRESS_FAILED",
        error="no space",
        error_code=507,
        started_at=at(3.25),
        started_inferred=False,
        ended_at=at(8.5),
        updated_at=at(8.6),
        room_sid="RM_1",
    )
    one(seen["sessions"], egress=1, failures=1)


def test_an_auto_egress_that_could_not_start_gets_an_id(database: str) -> None:
    event = webhook(
        "egress_ended", 2, egressInfo={"status": "EGRESS_FAILED", "roomName": "standup"}
    )
    one(made(database, event)["egress_jobs"], egress_id=event["id"], ended_at=at(2))


def test_no_secret_of_an_egress_is_kept(database: str) -> None:
    request = {"fileOutputs": [{"filepath": "a.mp4", "s3": {"secret": "s3-secret-1"}}]}
    info = {"egressId": "EG_1", "roomComposite": request}
    (row,) = made(database, webhook("egress_started", 2, egressInfo=info))["egress_jobs"]
    assert "a.mp4" in row["info"]
    assert "s3-secret-1" not in row["info"]


def test_an_ingress_has_a_run_each_time_somebody_sends(database: str) -> None:
    def info(status: str, started: float, ended: float = 0, **more: Any) -> Event:
        state = {"status": status, "startedAt": ns(started), "roomId": "RM_1"} | more
        state |= {"endedAt": ns(ended)} if ended else {}
        own = {"ingressId": "IN_1", "name": "cam", "inputType": "WHIP_INPUT", "roomName": "standup"}
        return own | {"state": state, "streamKey": "key-1"}

    failed = info("ENDPOINT_ERROR", 20, 25, error="codec")
    seen = made(
        database,
        webhook("room_started", 0, room=ROOM),
        webhook("ingress_ended", 12, ingressInfo=info("ENDPOINT_INACTIVE", 3, 11)),
        webhook("ingress_started", 3, ingressInfo=info("ENDPOINT_PUBLISHING", 3)),
        webhook("ingress_started", 20, ingressInfo=info("ENDPOINT_PUBLISHING", 20)),
        webhook("ingress_ended", 25, ingressInfo=failed),
    )
    first, second = seen["ingress_runs"]
    one([first], started_at=at(3), ended_at=at(11), input="WHIP_INPUT", error="")
    one([second], started_at=at(20), ended_at=at(25), status="ENDPOINT_ERROR", error="codec")
    one(seen["sessions"], failures=1)


def test_a_call_has_its_numbers_by_direction(database: str) -> None:
    numbers = {"sip.phoneNumber": "+15550100", "sip.trunkPhoneNumber": "+15550199"}
    inbound = numbers | {"sip.callID": "SCL_in", "sip.trunkID": "ST_1", "sip.ruleID": "SDR_1"}
    outbound = numbers | {"sip.callID": "SCL_out", "sip.callStatus": "ringing"}
    caller = person("PA_in", "in", 1, kind="SIP", attributes=inbound)
    dialed = person("PA_out", "out", 2, kind="SIP", attributes=outbound)
    gone = dialed | {"disconnectReason": "USER_REJECTED"}
    seen = made(
        database,
        webhook("participant_joined", 1, room=ROOM, participant=caller),
        webhook("participant_left", 8, room=ROOM, participant=gone),
        webhook("participant_joined", 2, room=ROOM, participant=dialed),
    )
    first, second = seen["calls"]
    one(
        [first],
        call_id="SCL_in",
        direction="inbound",
        from_number="+15550100",
        to_number="+15550199",
        trunk_id="ST_1",
        rule_id="SDR_1",
        ended_at=None,
        participant_sid="PA_in",
    )
    one(
        [second],
        call_id="SCL_out",
        direction="outbound",
        from_number="+15550199",
        to_number="+15550100",
        status="ringing",
        ended_at=at(8),
        reason="USER_REJECTED",
    )
    one(seen["sessions"], calls=2, participants=2, failures=1)


def test_a_call_without_an_id_is_kept_by_its_participant_until_it_has_one(database: str) -> None:
    async def work(store: Store) -> None:
        caller = person("PA_in", "in", 1, kind="SIP")
        await keep(store, [webhook("participant_joined", 1, room=ROOM, participant=caller)])
        await project_all(store)
        one((await history(store))["calls"], call_id="PA_in", direction="unknown")
        known = caller | {"attributes": {"sip.callID": "SCL_1"}, "version": 2}
        await keep(store, [webhook("participant_left", 5, room=ROOM, participant=known)])
        await project_all(store)
        one((await history(store))["calls"], call_id="SCL_1", started_at=at(1), ended_at=at(5))

    in_store(database, work)
