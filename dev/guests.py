"""Real participants with the LiveKit SDK, with a synthetic microphone, camera and screen.

guest = await join(Server(url, key, secret), "standup", "ada", audio=True)

Code without an event loop uses the Crowd of dev.participants.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypedDict, TypeVar, Unpack

import aiohttp
from livekit import api, rtc

from dev.media import CODECS, SOURCES, Feed, color_bars, tone
from tools.commands import say

T = TypeVar("T")
PATIENCE = 60.0
PAUSE = 2.0
OUTAGE = (api.TwirpError, aiohttp.ClientError, TimeoutError, OSError)
PROBE = "dev.probe"


@dataclass(frozen=True)
class Server:
    """A LiveKit server with an API key."""

    url: str
    api_key: str
    api_secret: str

    def livekit(self) -> api.LiveKitAPI:
        """Return a client of the server's API; the caller must close it."""
        return api.LiveKitAPI(self.url, self.api_key, self.api_secret, failover=False)

    async def until_done(self, work: Callable[[api.LiveKitAPI], Awaitable[T]]) -> T:
        """Retry until the server has done it, and return the response."""
        while True:
            try:
                async with self.livekit() as livekit:
                    return await work(livekit)
            except OUTAGE as error:
                say(f"LiveKit: {type(error).__name__}; trying again")
            await asyncio.sleep(PAUSE)


class Guise(TypedDict, total=False):
    """How a participant joins; every key is optional. Nobody receives a private one's tracks."""

    name: str
    kind: str
    metadata: str
    attributes: Mapping[str, str]
    audio: bool
    video: bool
    screen: bool
    video_size: tuple[int, int]
    fps: int
    codec: str
    simulcast: bool
    encrypted: bool
    private: bool
    tracks_named: str
    hidden: bool
    subscribe: bool
    grants: Mapping[str, object]


def token(server: Server, room: str, identity: str, guise: Guise) -> str:
    """Return an access token; `kind` is standard, sip, agent, ingress or egress."""
    options: dict[str, Any] = {"hidden": guise.get("hidden", False), **guise.get("grants", {})}
    grants = api.VideoGrants(room_join=True, room=room, **options)
    kind: Any = guise.get("kind", "standard")
    access = api.AccessToken(server.api_key, server.api_secret).with_identity(identity)
    access = access.with_grants(grants).with_kind(kind).with_name(guise.get("name", ""))
    access = access.with_metadata(guise.get("metadata", ""))
    return access.with_attributes(dict(guise.get("attributes", {}))).to_jwt()


class Guest:
    """A participant that has joined."""

    def __init__(self, server: Server, room_name: str, identity: str) -> None:
        """Describe the participant; `join` connects it."""
        self.room = rtc.Room()
        self.received: list[tuple[str, bytes]] = []
        self.ended = asyncio.Event()
        self.reason = ""
        self._server = server
        self._self = api.RoomParticipantIdentity(room=room_name, identity=identity)
        self._probe = api.SendDataRequest(
            room=room_name, topic=PROBE, destination_identities=[identity]
        )
        self._receives_data = False
        self._feeds: list[Feed] = []
        self.room.on("data_received", self._keep)
        self.room.on("disconnected", self._end)

    def _keep(self, packet: rtc.DataPacket) -> None:
        if packet.topic == PROBE:
            self._receives_data = True
        else:
            self.received.append((packet.topic or "", packet.data))

    def _end(self, reason: rtc.DisconnectReason.ValueType) -> None:
        self.reason = rtc.DisconnectReason.Name(reason)
        self.ended.set()

    async def publish(self, *sources: str, **guise: Unpack[Guise]) -> list[str]:
        """Publish microphone, camera, screen_share; return the SIDs once the server lists them."""
        sids = [await self._publish(source, guise) for source in sources]
        await self._settled(set(sids))
        return sids

    async def _publish(self, source: str, guise: Guise) -> str:
        options = rtc.TrackPublishOptions(source=SOURCES[source])
        name = guise.get("tracks_named", source)
        if source == "microphone":
            feed = tone(name=name)
        else:
            size, fps = guise.get("video_size", (640, 360)), guise.get("fps", 10)
            feed = color_bars(name, size, fps, screen=source == "screen_share")
            options.simulcast = guise.get("simulcast", source == "camera")
            options.video_codec = CODECS[guise.get("codec", "vp8")]
        self._feeds.append(feed)
        publication = await self.room.local_participant.publish_track(feed.track, options)
        return publication.sid

    async def _settled(self, sids: set[str]) -> None:
        # the server lists a track after its first packet, and drops data until the channel is open
        async with asyncio.timeout(PATIENCE), self._server.livekit() as livekit:
            while True:
                person = await livekit.room.get_participant(self._self)
                listed = {track.sid for track in person.tracks}
                if self._receives_data and sids <= listed:
                    return
                await livekit.room.send_data(self._probe)
                await asyncio.sleep(0.05)

    async def leave(self) -> None:
        """Leave the room and end the tracks; return when the server has noticed."""
        feeds, self._feeds = self._feeds, []
        await asyncio.gather(*(feed.close() for feed in feeds))
        if not self.room.isconnected():
            return
        await self.room.disconnect()
        # the SDK may not report that it left
        self.ended.set()
        # the SDK's leave message is lost at times, and the server would wait for a reconnect
        with contextlib.suppress(api.TwirpError, aiohttp.ClientError, TimeoutError):
            async with asyncio.timeout(PATIENCE), self._server.livekit() as livekit:
                await livekit.room.remove_participant(self._self)


async def join(server: Server, room: str, identity: str, **guise: Unpack[Guise]) -> Guest:
    """Join a room and publish the tracks of the guise; return when the server lists them."""
    options = rtc.RoomOptions(auto_subscribe=guise.get("subscribe", False))
    if guise.get("encrypted"):
        shared = rtc.KeyProviderOptions(shared_key=b"shared by the whole room")
        options.encryption = rtc.E2EEOptions(key_provider_options=shared)
    guest = Guest(server, room, identity)
    await guest.room.connect(server.url, token(server, room, identity, guise), options)
    keys = {"microphone": "audio", "camera": "video", "screen_share": "screen"}
    try:
        await guest.publish(*(source for source, key in keys.items() if guise.get(key)), **guise)
        if guise.get("private"):
            guest.room.local_participant.set_track_subscription_permissions(
                allow_all_participants=False
            )
    except BaseException:
        await guest.leave()
        raise
    return guest
