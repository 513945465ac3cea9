"""Calling RPC methods of participants through LiveKit: the response, and how long it took."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from livekit.api import VideoGrants
from livekit.protocol.room import PerformRpcRequest, PerformRpcResponse

from app.errors import RpcFailed
from app.services.livekit.client import LiveKit
from app.services.rooms import participants

# LiveKit itself gives up after 15 s, whatever the requested timeout.
LONGEST = 14
LARGEST = 15_360  # bytes of payload, either way
MARGIN = 3.0

NO_RESPONSE = {1501, 1502}
NEEDS_DATA = "Responding requires permission to send data, which the participant doesn't have."
# https://docs.livekit.io/home/client/data/rpc/ and RpcError in livekit-client
MEANINGS = {
    1400: "The participant has no such method.",
    1401: "LiveKit can't find the participant.",
    1402: "The payload is too large.",
    1403: "This LiveKit server doesn't support RPC.",
    1404: "The participant's SDK uses another version of RPC.",
    1500: "The method failed without giving a reason.",
    1501: "The participant didn't acknowledge the call.",
    1502: "The method didn't respond in time. It may still be running.",
    1503: "The participant left before it responded.",
    1504: "The response is too large.",
    1505: "LiveKit couldn't send the call.",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """The response of a method, or its error if `code` isn't 0."""

    text: str
    code: int
    meaning: str
    took: timedelta


async def perform(
    livekit: LiveKit, room: str, identity: str, *, method: str, payload: str, seconds: float
) -> Answer:
    """Call a method of a participant and wait at most `seconds`. Raises NotFound.

    An error that the participant returns is an answer too.
    """
    participant = await participants.get(livekit, room, identity)
    request = PerformRpcRequest(
        room=room,
        destination_identity=identity,
        method=method,
        payload=payload,
        response_timeout_ms=round(seconds * 1000),
    )
    began = time.monotonic()
    try:
        answer = await livekit.write(_call(livekit), request, seconds + MARGIN)
    except RpcFailed as error:
        text, code, meaning = error.reason, error.code, MEANINGS.get(error.code, "")
        if code in NO_RESPONSE and not participant.permissions.can_publish_data:
            meaning = f"{meaning} {NEEDS_DATA}"
    else:
        text, code, meaning = answer.payload, 0, ""
    return Answer(text, code, meaning, timedelta(seconds=time.monotonic() - began))


def _call(livekit: LiveKit) -> Callable[[PerformRpcRequest], Awaitable[PerformRpcResponse]]:
    """Return the call that livekit-api 1.2.2 lacks: it has the messages, but no method for them."""
    service = livekit.api.room

    async def perform_rpc(request: PerformRpcRequest) -> PerformRpcResponse:
        grants = VideoGrants(room_admin=True, room=request.room)
        header = service._auth_header(grants)
        client = service._client
        response: PerformRpcResponse = await client.request(
            "RoomService", "PerformRpc", request, header, PerformRpcResponse
        )
        return response

    return perform_rpc
