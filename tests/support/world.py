"""One of everything that the dashboard has a page about, all with the same name."""

import asyncio
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from livekit import api

from app.security.accounts.powers import BUILT_IN
from app.security.roles import Permission
from app.services.accounts import roles
from app.services.accounts.accounts import create
from app.services.accounts.powers import Powers
from app.services.conversations.facts import Item, LogLine, Span, Upload
from app.services.conversations.states import Batch, ChatRole, ItemKind, Severity
from app.services.conversations.writing.writing import write
from app.services.jobs.kinds import JobKind
from app.services.webhooks.intake import Intake
from app.services.webhooks.receiving import read
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import CALLS, CONNECTIONS, RECORDINGS, SESSIONS
from app.store.store import Store
from dev.stack import Stack
from tests.support.dashboard import files_of, recordings_of
from tests.support.history import add, connection, session
from tests.support.history import call as a_call
from tests.support.job_rows import ItemRow, write_job
from tests.support.kept import Kept, kept_in
from tests.support.recordings import of_file, recording_row
from tests.support.sounds import recording
from tests.support.stores import in_store
from tests.support.uploads import Spoken
from tests.support.webhooks import body_of

OWN_ROLE = "night & <day>"
SESSION, CALL = "RM_walk", "SCL_walk"
SPAN, LINE = "1" * 16, "1" * 32


async def people_of(store: Store, name: str) -> None:
    """Create the first account of a store, a role, a webhook, and a session with a call."""
    everything = Powers(frozenset(map(str, Permission)), BUILT_IN, "admin")
    await roles.create(store, everything, OWN_ROLE, {"server.read", "rooms.read"})
    await create(store, name, "viewer", email="somebody@example.com")
    now = datetime.now(UTC)
    event = {"id": "EV_walk", "event": "room_started", "createdAt": "0", "room": {"name": name}}
    await Intake(store).keep(read(DEFAULT_SERVER, body_of(event), now))
    past = session(SESSION, name)
    met = connection("PA_walk", past, name, kind="SIP", name=name)
    called = a_call(CALL, room=name, identity=name, participant_sid="PA_walk", room_sid=SESSION)
    await add(store, {SESSIONS: [past], CONNECTIONS: [met], CALLS: [called]})


async def job_of(store: Store, job: str, name: str) -> None:
    """Create a job that runs in no process, of the kind that most roles may cancel."""
    people = [ItemRow(name, "failed", name), ItemRow(name, "done")]
    people += [ItemRow(f"{name} {number}") for number in range(150)]
    about = {"kind": JobKind.REMOVE_PARTICIPANTS, "target": name, "actor": name}
    await write_job(store, id=job, items=people, lines=[name], **about)


def recorded_in(root: Path, job: str, sound: bytes) -> Path:
    """Write the file of a job, and return where it is."""
    file = root / f"{job}.ogg"
    file.write_bytes(sound)
    return file


async def conversation_of(kept: Kept, job: str, name: str, root: Path) -> None:
    """Create a conversation with a span and a line of a log without their batch, and a recording.

    The same sound, below `root`, is the file of an egress job.
    """
    store = kept.store
    now = datetime.now(UTC)
    upload = Upload(job=job, kind=Batch.TRACES, texts={"room": name, "agent": name})
    upload.spans.append(Span(SPAN, "", name, name, now, 1_000_000, failed=False))
    upload.items.append(Item("item_1", ItemKind.MESSAGE, now, role=ChatRole.USER, text=name))
    upload.logs.append(LogLine(LINE, now, Severity.ERROR, name, name))
    async with store.write() as connection:
        await connection.run_sync(
            write, store.dialect, DEFAULT_SERVER, upload, now, "127.0.0.1", "conversations/none"
        )
    sound = recording(2)
    await kept.sound(Spoken(job=job), sound)
    file = recorded_in(root, job, sound)
    recorded = recording_row(job, 1, room=name, room_sid=SESSION, **of_file(file))
    await add(store, {RECORDINGS: [recorded]})


@dataclass(frozen=True, slots=True)
class World:
    """What LiveKit was given: the room, and the ids of what belongs to it."""

    room: str
    job: str
    ingress: str
    trunk: str
    rule: str
    dispatch: str
    background_job: str

    def names(self, identity: str) -> dict[str, str]:
        """Return the parameters of the paths that are about it, and about somebody in its room."""
        own = {name: getattr(self, name) for name in self.__slots__}
        docs = {"document": "settings", "feature": "rooms", "picture": "rooms-light.webp"}
        docs["number"] = "1"  # of the audit, whose first entry is a sign-in, and of an account
        docs |= {"account": "1", "role": OWN_ROLE}  # in the store: see `people_of`
        docs |= {"sid": SESSION, "call": CALL, "token": "1"}
        docs |= {"span": SPAN, "line": LINE}  # see `conversation_of`
        docs["recording"] = f"{self.job}.1"
        return {"identity": identity, "kind": "csv", "ending": "csv", **docs, **own}


@contextmanager
def world(stack: Stack, room: str, name: str, stored_in: str = "") -> Iterator[World]:
    """Make one of everything, in nobody's way; it is gone afterwards.

    `name` is in every text that LiveKit accepts unchanged. `stored_in` is a DATABASE_URL, whose
    store, with the files that belong to it, gets a conversation.
    """

    async def begin() -> World:
        async with api.LiveKitAPI(stack.url, stack.api_key, stack.api_secret) as sdk:
            return await _made(sdk, room, name)

    async def end(made: World) -> None:
        async with api.LiveKitAPI(stack.url, stack.api_key, stack.api_secret) as sdk:
            await _unmade(sdk, made)

    made = asyncio.run(begin())
    if stored_in:
        work = partial(conversation_of, name=name, root=recordings_of(stored_in))
        kept_in(stored_in, files_of(stored_in), partial(work, job=made.job))
        in_store(stored_in, partial(job_of, job=made.background_job, name=name))
    try:
        yield made
    finally:
        asyncio.run(end(made))


async def _made(sdk: api.LiveKitAPI, room: str, name: str) -> World:
    request = api.CreateAgentDispatchRequest(room=room, agent_name=name, metadata=name)
    dispatch = await sdk.agent_dispatch.create_dispatch(request)
    about = api.UpdateRoomMetadataRequest(room=room, metadata=json.dumps({name: name * 150}))
    await sdk.room.update_room_metadata(about)
    outputs = [api.StreamOutput(urls=["rtmp://127.0.0.1/walk/key-of-the-walk"])]
    file = [api.EncodedFileOutput(filepath=name)]
    record = api.RoomCompositeEgressRequest(
        room_name=room, layout=name, stream_outputs=outputs, file_outputs=file
    )
    job = await sdk.egress.start_room_composite_egress(record)
    stage = api.CreateIngressRequest(
        name=name,
        room_name=room,
        participant_identity=name,
        participant_name=name,
        participant_metadata=name,
    )
    ingress = await sdk.ingress.create_ingress(stage)
    trunk_id = await _trunk(sdk, name)
    return World(
        room,
        job.egress_id,
        ingress.ingress_id,
        trunk_id,
        await _rule(sdk, room, name, trunk_id),
        dispatch.id,
        secrets.token_hex(16),
    )


async def _trunk(sdk: api.LiveKitAPI, name: str) -> str:
    trunk = api.SIPOutboundTrunkInfo(
        name=name,
        address="127.0.0.1",
        numbers=["+15550000000", name],
        metadata=name,
        auth_username=name,
        headers={"X-Name": "".join(filter(str.isprintable, name))},
    )
    request = api.CreateSIPOutboundTrunkRequest(trunk=trunk)
    return str((await sdk.sip.create_outbound_trunk(request)).sip_trunk_id)


async def _rule(sdk: api.LiveKitAPI, room: str, name: str, trunk_id: str) -> str:
    into = api.SIPDispatchRuleDirect(room_name=room)
    rule = api.SIPDispatchRuleInfo(
        name=name,
        metadata=name,
        attributes={name: name},
        inbound_numbers=[name],
        rule=api.SIPDispatchRule(dispatch_rule_direct=into),
        trunk_ids=[trunk_id],
    )
    request = api.CreateSIPDispatchRuleRequest(dispatch_rule=rule)
    return str((await sdk.sip.create_dispatch_rule(request)).sip_dispatch_rule_id)


async def _unmade(sdk: api.LiveKitAPI, made: World) -> None:
    rule = api.DeleteSIPDispatchRuleRequest(sip_dispatch_rule_id=made.rule)
    ends: list[tuple[Any, Any]] = [
        (sdk.room.delete_room, api.DeleteRoomRequest(room=made.room)),  # its job ends with it
        (sdk.ingress.delete_ingress, api.DeleteIngressRequest(ingress_id=made.ingress)),
        (sdk.sip.delete_trunk, api.DeleteSIPTrunkRequest(sip_trunk_id=made.trunk)),
        (sdk.sip.delete_dispatch_rule, rule),
    ]
    for call, request in ends:
        with suppress(api.TwirpError):  # it may be gone: actions were tried on it
            await call(request)
