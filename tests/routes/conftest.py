"""What the tests of routes share: rooms with people, other dashboards, and the refusals."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, Unpack

import pytest
from google.protobuf.json_format import MessageToDict
from livekit import api

from dev.guests import Guise
from dev.participants import Crowd, Participant
from dev.stack import Stack
from dev.workers import Standin
from tests.routes.asked import DIAL, Ask, all_rooms, end_room, people, phone_number
from tests.routes.egress.jobs import NEW, job_of, start_form
from tests.routes.egress.jobs import stop as stop_job
from tests.routes.filled import filled
from tests.support.agents import agent_worker
from tests.support.dashboard import Dashboard, managing
from tests.support.fault import Relay
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

Start = Callable[..., Dashboard]
StartJob = Callable[..., dict[str, Any]]
Begin = Callable[[Any], str]
Shelf = tuple[str, list[Any]]


class Join(Protocol):
    """Lets a real participant join, until the test ends."""

    def __call__(self, room: str, identity: str, **guise: Unpack[Guise]) -> Participant:
        """Return the participant once LiveKit lists it."""


@pytest.fixture
def join(crowd: Crowd, stack: Stack) -> Iterator[Join]:
    """Let real participants join; their rooms end after the test."""
    joined: dict[str, list[Participant]] = {}

    def one(room: str, identity: str, **guise: Unpack[Guise]) -> Participant:
        participant = crowd.join(room, identity, **guise)
        joined.setdefault(room, []).append(participant)
        return participant

    yield one
    for room, there in joined.items():
        end_room(stack, crowd, room, there)


@pytest.fixture
def begin(livekit: Ask) -> Iterator[Begin]:
    """Start an egress job through LiveKit itself, and give its id; it ends with the test."""
    calls = {
        api.RoomCompositeEgressRequest: "egress.start_room_composite_egress",
        api.WebEgressRequest: "egress.start_web_egress",
        api.TrackEgressRequest: "egress.start_track_egress",
    }
    begun: list[str] = []

    def one(request: Any) -> str:
        begun.append(livekit(calls[type(request)], request).egress_id)
        return begun[-1]

    yield one
    for egress_id in begun:
        stop_job(livekit, egress_id)


@pytest.fixture
def start(admin: Visitor, livekit: Ask, standin: Standin) -> Iterator[StartJob]:
    """Start a job by the form, some fields changed, and give what its worker received."""
    begun: list[str] = []

    def one(**changes: Any) -> dict[str, Any]:
        query = {name: changes[name] for name in ("type", "room") if name in changes}
        begun.append(job_of(admin.send(NEW, start_form(admin, **query) | changes)))
        asked: dict[str, Any] = MessageToDict(
            standin.job(begun[-1]).asked, preserving_proto_field_name=True
        )
        return asked

    yield one
    for egress_id in begun:
        stop_job(livekit, egress_id)


@pytest.fixture
def stage(room: str, join: Join, livekit: Ask) -> dict[str, str]:
    """A room with a participant whose microphone and camera are published: their SIDs."""
    join(room, "ada", name="Ada", audio=True, video=True)
    tracks = people(livekit, room)["ada"].tracks
    return {"room": room} | {("audio", "video")[track.type]: track.sid for track in tracks}


@pytest.fixture(scope="session")
def outbound_trunk(livekit: Ask) -> Iterator[str]:
    """An outbound trunk's id."""
    info = api.SIPOutboundTrunkInfo(
        name=f"dial-{secrets.token_hex(4)}", address="sip.example.com", numbers=["+15550000001"]
    )
    made = livekit("sip.create_outbound_trunk", api.CreateSIPOutboundTrunkRequest(trunk=info))
    yield made.sip_trunk_id
    gone = api.DeleteSIPTrunkRequest(sip_trunk_id=made.sip_trunk_id)
    livekit("sip.delete_trunk", gone)


@pytest.fixture
def call_form(admin: Visitor, outbound_trunk: str, room: str) -> dict[str, Any]:
    """The fields of the form, filled in for a call into the test's room."""
    return filled(admin.get(DIAL)) | {"to": phone_number(), "trunk": outbound_trunk, "room": room}


@pytest.fixture(scope="session")
def agent_name(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name that a real agent worker serves; their metadata says what its jobs do."""
    name = f"helper-{secrets.token_hex(4)}"
    worker = agent_worker(stack, name, tmp_path_factory.mktemp("agent"))
    worker.start(patience=60)
    yield name
    worker.stop()


@dataclass(frozen=True)
class Busy:
    """Two rooms with people in them while these tests run; `full` has more than `some`."""

    full: str
    some: str


@pytest.fixture(scope="package")
def busy(crowd: Crowd, stack: Stack) -> Iterator[Busy]:
    """Rooms whose counts ListRooms already gives: 2 people with 1 publisher, and 1 with none."""
    part = f"busy-{secrets.token_hex(4)}"
    rooms = Busy(full=f"{part}-full", some=f"{part}-some")
    there = [crowd.join(rooms.full, "ada", audio=True), crowd.join(rooms.full, "bob")]
    alone = [crowd.join(rooms.some, "cyd")]

    def counted() -> bool:
        async def ask() -> list[Any]:
            async with api.LiveKitAPI(stack.url, stack.api_key, stack.api_secret) as livekit:
                wanted = api.ListRoomsRequest(names=[rooms.full, rooms.some])
                return list((await livekit.room.list_rooms(wanted)).rooms)

        found = {r.name: (r.num_participants, r.num_publishers) for r in crowd.wait_for(ask())}
        return found == {rooms.full: (2, 1), rooms.some: (1, 0)}

    until(counted)
    yield rooms
    end_room(stack, crowd, rooms.full, there)
    end_room(stack, crowd, rooms.some, alone)


@pytest.fixture
def shelf(busy: Busy, make_room: Callable[..., str], livekit: Ask) -> Shelf:
    """Return a text that four empty and the two busy rooms have in their names, and those rooms."""
    part = busy.full.removesuffix("-full")
    for ending in ("b", "D", "a", "c"):
        make_room(f"{part}-{ending}", metadata=f"of {ending}")
    return part, all_rooms(livekit, part)


@pytest.fixture(scope="session")
def reader(start_lasting: Start) -> Visitor:
    """A visitor of a dashboard that is READ_ONLY."""
    return start_lasting(read_only=True).visitor()


@pytest.fixture(scope="session")
def bare_stack() -> Iterator[Stack]:
    """A server without Redis, on which nobody may unmute others."""
    with Stack(redis=False, remote_unmute=False) as running:
        yield running


@pytest.fixture(scope="session")
def bare(bare_stack: Stack, start_lasting: Start) -> Visitor:
    """A visitor of a dashboard of the bare stack."""
    return start_lasting(**managing(bare_stack)).visitor()


class Counted:
    """A visitor whose dashboard's calls to LiveKit are counted on the wire."""

    def __init__(self, relay: Relay, visitor: Visitor) -> None:
        self._relay = relay
        self.visitor = visitor

    def get(self, path: str) -> tuple[Seen, int]:
        """Open a page, and give how many calls it cost."""
        before = self._relay.requests
        seen = self.visitor.get(path)
        return seen, self._relay.requests - before


@pytest.fixture(scope="session")
def counted(stack: Stack, start_lasting: Start) -> Iterator[Counted]:
    """A dashboard of the stack whose calls are counted."""
    relay = Relay(stack.url)
    yield Counted(relay, start_lasting(livekit_url=relay.url).visitor())
    relay.close()


@pytest.fixture
def guarded(admin: Visitor, nobody: Visitor, reader: Visitor) -> Callable[..., None]:
    """Check that an action refuses every role and request that must not do it."""

    def check(path: str, *, form: bool = True, **fields: str) -> None:
        for method in ("PUT", "PATCH", "DELETE") if form else ("GET", "PUT", "PATCH", "DELETE"):
            assert admin.http.request(method, path).status_code == 405, method
        token = admin.token()
        refused = nobody.send(path, fields | {"csrf": token})
        assert (refused.status, refused.csrf, refused.all("nav")) == (401, "", [])
        refused = reader.post(path, **fields)
        assert refused.status == 403
        assert "read-only" in refused.text
        foreign = admin.send(path, fields | {"csrf": token}, Origin="https://elsewhere.example")
        assert foreign.status == 403
        assert "cross-site" in foreign.text
        for wrong in ("", "wrong", reader.token()):
            refused = admin.send(path, fields | {"csrf": wrong})
            assert refused.status == 403
            assert "security token" in refused.text
            for value in fields.values():
                assert value in refused.html, f"{value!r} was typed, and is lost"

    return check
