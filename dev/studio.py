"""The demo's recordings and streams, simulated by the stand-in worker.

Each path starts with stand-in/ and each host name ends in .invalid, so that nobody takes them for
real.
"""

from __future__ import annotations

import asyncio
from functools import partial

from livekit import api

from dev.guests import Server
from dev.scenes import STANDUP, SUPPORT, TOWNHALL
from dev.workers import Ending, Standin, StandinError
from tools.commands import say

# as long as an encoder waits before it reconnects
RECONNECT = 5.0
STOPPED = Ending("complete", details="End reason: StopEgress API")
# what livekit-egress reports when S3 rejects its credentials
DENIED = Ending(
    "failed",
    "S3 upload failed: err: operation error S3: PutObject, https response error StatusCode: 403, "
    "RequestID: , HostID: , api error AccessDenied: Access Denied, status code: 403",
    400,
)


class Studio:
    """The recordings and streams of the demo rooms."""

    def __init__(self, server: Server, standin: Standin) -> None:
        """Describe the studio; nothing is recorded yet."""
        self._server = server
        self._standin = standin

    async def run(self) -> None:
        """Start everything, and restart the stream whenever it ends."""
        await asyncio.gather(self._record(), self._stream_in())

    async def _record(self) -> None:
        self._standin.plan(TOWNHALL.name, end=STOPPED, end_after=5)
        self._standin.plan(SUPPORT.name, end=DENIED, end_after=3)
        for request in (_interview(), _archive(), _standup()):
            await self._server.until_done(partial(_record, request))

    async def _stream_in(self) -> None:
        await self._server.until_done(lambda livekit: livekit.ingress.create_ingress(_browser()))
        camera = await self._server.until_done(
            lambda livekit: livekit.ingress.create_ingress(_camera())
        )
        while True:
            try:
                await asyncio.to_thread(self._send, camera)
            except (StandinError, OSError) as error:
                say(f"{camera.name}: {error}; trying again")
            await asyncio.sleep(RECONNECT)

    def _send(self, camera: api.IngressInfo) -> None:
        try:
            if self._standin.session(camera.ingress_id).running:
                return
        except StandinError:
            say(f"{camera.name} starts")
        self._standin.publish(camera.stream_key)


async def _record(
    request: api.RoomCompositeEgressRequest, livekit: api.LiveKitAPI
) -> api.EgressInfo:
    return await livekit.egress.start_room_composite_egress(request)


def _standup() -> api.RoomCompositeEgressRequest:
    return api.RoomCompositeEgressRequest(
        room_name=STANDUP.name,
        layout="grid",
        file_outputs=[api.EncodedFileOutput(filepath="stand-in/{room_name}-{time}.mp4")],
        stream_outputs=[
            api.StreamOutput(urls=["rtmp://live.stand-in.invalid/app/demo-stream-key"])
        ],
    )


def _archive() -> api.RoomCompositeEgressRequest:
    return api.RoomCompositeEgressRequest(
        room_name=TOWNHALL.name,
        audio_only=True,
        file_outputs=[api.EncodedFileOutput(filepath="stand-in/{room_name}-{time}.ogg")],
    )


def _interview() -> api.RoomCompositeEgressRequest:
    bucket = api.S3Upload(access_key="stand-in", secret="stand-in", bucket="stand-in")  # noqa: S106
    return api.RoomCompositeEgressRequest(
        room_name=SUPPORT.name,
        layout="speaker",
        file_outputs=[api.EncodedFileOutput(filepath="stand-in/support-call-8812.mp4", s3=bucket)],
    )


def _camera() -> api.CreateIngressRequest:
    return api.CreateIngressRequest(
        input_type=api.IngressInput.RTMP_INPUT,
        name="Main stage (stand-in)",
        room_name=TOWNHALL.name,
        participant_identity="main-stage",
        participant_name="Main stage camera",
    )


def _browser() -> api.CreateIngressRequest:
    return api.CreateIngressRequest(
        input_type=api.IngressInput.WHIP_INPUT,
        name="Guest speaker (stand-in)",
        room_name=TOWNHALL.name,
        participant_identity="guest-speaker",
        participant_name="Guest speaker",
    )
