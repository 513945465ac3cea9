"""The webhooks of a busy server, signed as LiveKit signs them."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from typing import Any

import jwt

PEOPLE = 8  # in each room


def events() -> Iterator[dict[str, Any]]:
    """Yield what LiveKit sends for one room after another: people join, publish and leave."""
    while True:
        room: dict[str, Any] = {
            "name": f"bench-{secrets.token_hex(3)}",
            "sid": f"RM_{secrets.token_hex(6)}",
        }
        room |= {"creationTime": str(int(time.time())), "emptyTimeout": 300}
        people = [_participant() for _ in range(PEOPLE)]
        yield _event("room_started", room)
        for person in people:
            yield _event("participant_joined", room, participant=person)
            track = {"sid": f"TR_{secrets.token_hex(6)}", "type": "AUDIO", "source": "MICROPHONE"}
            named = {name: person[name] for name in ("sid", "identity")}
            yield _event("track_published", _short(room), participant=named, track=track)
        for person in people:
            left = person | {"state": "DISCONNECTED", "disconnectReason": "CLIENT_INITIATED"}
            yield _event("participant_left", room, participant=left)
        yield _event("room_finished", room)


def _short(room: dict[str, Any]) -> dict[str, Any]:
    """Return what LiveKit says of a room in events of tracks."""
    return {name: room[name] for name in ("name", "sid")}


def _participant() -> dict[str, Any]:
    identity = f"person-{secrets.token_hex(4)}"
    return {
        "sid": f"PA_{secrets.token_hex(6)}",
        "identity": identity,
        "name": identity.title(),
        "state": "ACTIVE",
        "joinedAt": str(int(time.time())),
        "joinedAtMs": str(int(time.time() * 1000)),
        "version": 3,
        "permission": {"canSubscribe": True, "canPublish": True, "canPublishData": True},
        "isPublisher": True,
    }


def _event(name: str, room: dict[str, Any], **parts: Any) -> dict[str, Any]:
    created = str(int(time.time()))
    own = {"event": name, "room": room, "id": f"EV_{secrets.token_hex(6)}", "createdAt": created}
    return own | parts


def signed(event: dict[str, Any], key: str, secret: str) -> tuple[bytes, dict[str, str]]:
    """Return the body and the headers of a webhook."""
    body = json.dumps(event, separators=(",", ":")).encode()
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    claims = {"iss": key, "exp": int(time.time()) + 300, "sha256": digest}
    token = jwt.encode(claims, secret, algorithm="HS256")
    return body, {"Authorization": token, "Content-Type": "application/webhook+json"}
