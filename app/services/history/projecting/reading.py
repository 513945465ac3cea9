"""Read a kept webhook: LiveKit's message, and the names of enums as LiveKit wrote them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from google.protobuf.json_format import ParseError
from livekit.protocol import webhook

from app.services.audit.writing import storable
from app.services.livekit.enums import name_of
from app.services.livekit.from_json import parsed
from app.services.webhooks.receiving import EPOCH
from app.store.schema.events import LONGEST_NAME

LONGEST_ID = 64
LATEST = datetime(9999, 1, 1, tzinfo=UTC)

Part = Mapping[str, Any]


class UnreadableEventError(Exception):
    """The body of a webhook is not an event that history can take in; the message says why."""


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """A webhook from the store; `id` is that of its row."""

    id: int
    server: str
    event_id: str
    event: str
    origin: str
    created_at: datetime
    received_at: datetime
    body: str

    @property
    def at(self) -> datetime:
        """When it happened, in whole seconds; when it was received if it doesn't say."""
        return self.created_at if self.created_at != EPOCH else self.received_at


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """A webhook as LiveKit's message, and as JSON for what the message has no name for."""

    kept: KeptEvent
    message: webhook.WebhookEvent
    json: Part


def read(kept: KeptEvent) -> ReadEvent:
    """Return a webhook's content. Raises UnreadableEventError."""
    try:
        content = json.loads(kept.body)
        message = parsed(kept.body, webhook.WebhookEvent(), unknown=True)
    except (ParseError, ValueError, RecursionError) as error:
        raise UnreadableEventError(
            f"Not a webhook event in JSON: {type(error).__name__}."
        ) from error
    return ReadEvent(kept, message, content)


def part(json_object: Part, name: str) -> Part:
    """Return an object within a JSON object; an empty one if it is missing."""
    inner = json_object.get(name)
    return inner if isinstance(inner, dict) else {}


def enum_name(json_object: Part, name: str, enum: Any) -> str:
    """Return the name of an enum's value as LiveKit wrote it, even one that this build lacks."""
    value = json_object.get(name) or 0
    return value[:LONGEST_ID] if isinstance(value, str) else name_of(enum, value)


def short_id(text: str) -> str:
    """Return a SID or an ID as both databases can hold it."""
    return storable(text)[:LONGEST_ID]


def short_name(text: str) -> str:
    """Return a name or an identity as both databases can hold it."""
    return storable(text)[:LONGEST_NAME]


def moment(number: int, per_second: int) -> datetime | None:
    """Return a moment since 1970, without rounding; None if it is unset or no datetime."""
    try:
        found = EPOCH + timedelta(microseconds=number * 1_000_000 // per_second)
    except OverflowError:
        return None
    return found if EPOCH < found < LATEST else None
