"""An identity is forgotten everywhere, for good, and the figures stay."""

from sqlalchemy import select

from app.services.history.erasing import erase, footprint
from app.services.history.rebuilding import rebuild
from app.store.schema import WEBHOOK_EVENTS
from app.store.store import Store
from tests.support.stores import in_store
from tests.support.streams import SERVER, Event, brief, history, person, projected, room, webhook

ROOM = room(name="anna")  # a room may have the name of a person
NUMBERS = {"sip.callID": "SCL_1", "sip.phoneNumber": "+15550100", "sip.ruleID": "SDR_1"}
ANNA = person("PA_1", "anna", 1, name="Anna Secret", kind="SIP", attributes=NUMBERS, metadata="m1")
OTHER = person("PA_2", "annabel", 1, name="Annabel")
TRACK = {"sid": "TR_1", "type": "VIDEO", "name": "anna's secret desk"}
JOB = {
    "egressId": "EG_1",
    "roomId": "RM_1",
    "roomName": "anna",
    "participant": {"identity": "anna"},
}
FILES = {"fileResults": [{"filename": "calls/anna-2026.mp4", "location": "s3://b/anna-2026.mp4"}]}
INGRESS = {
    "ingressId": "IN_1",
    "name": "camera of anna",
    "participantIdentity": "anna",
    "participantName": "Anna Secret",
    "state": {"status": "ENDPOINT_PUBLISHING", "startedAt": "5000000000"},
}
EVENTS: list[Event] = [
    webhook("participant_joined", 1, room=ROOM, participant=ANNA),
    webhook("participant_joined", 1, room=ROOM, participant=OTHER),
    webhook("track_published", 2, room=brief(ROOM), participant=ANNA, track=TRACK),
    webhook("egress_started", 3, egressInfo=JOB | FILES),
    webhook("ingress_started", 3, ingressInfo=INGRESS),
    webhook("participant_left", 9, room=ROOM, participant=ANNA | {"version": 2}),
]
PERSONAL = ("Anna Secret", "+15550100", "secret desk", "anna-2026", "m1", "camera of anna")


async def everything(store: Store) -> str:
    """Return all that history and the webhooks have, as text."""
    async with store.read() as connection:
        events = (await connection.execute(select(WEBHOOK_EVENTS))).mappings().all()
    return f"{await history(store)} {[dict(event) for event in events]}"


def test_an_identity_is_forgotten_everywhere(database: str) -> None:
    async def work(store: Store) -> None:
        before = await projected(store, EVENTS)
        known = await everything(store)
        assert [text for text in PERSONAL if text in known] == list(PERSONAL)
        assert (await footprint(store, SERVER, "anna"))["connections"] == 1
        erased = await erase(store, SERVER, "anna")
        assert erased.rows == {
            "webhook_events": 5,
            "egress_jobs": 1,
            "ingress_runs": 1,
            "tracks": 1,
            "connections": 1,
            "calls": 1,
        }
        known = await everything(store)
        assert not [text for text in PERSONAL if text in known]
        after = await history(store)
        identities = [row["identity"] for row in after["connections"]]
        assert identities == [erased.pseudonym, "annabel"]
        assert after["sessions"] == before["sessions"]
        assert after["calls"][0]["call_id"] == "SCL_1"
        assert set((await footprint(store, SERVER, "anna")).values()) == {0}
        assert (await erase(store, SERVER, "anna")).rows == {}

    in_store(database, work)


def test_a_rebuild_brings_nothing_back(database: str) -> None:
    async def work(store: Store) -> None:
        await projected(store, EVENTS)
        await erase(store, SERVER, "anna")
        before = await history(store)
        await rebuild(store)
        known = await everything(store)
        assert not [text for text in PERSONAL if text in known]
        assert await history(store) == before

    in_store(database, work)


def test_nothing_happens_for_an_identity_that_never_was(database: str) -> None:
    async def work(store: Store) -> None:
        before = await projected(store, EVENTS)
        assert (await erase(store, SERVER, "%")).rows == {}
        assert (await erase(store, SERVER, "bel")).rows == {}
        assert await history(store) == before

    in_store(database, work)
