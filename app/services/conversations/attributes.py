"""The attributes of OpenTelemetry as plain values, and which of them are personal."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

from app.services.conversations.uploads.errors import UploadTooLarge

MOST_ATTRIBUTES = 1_000  # of one record
DEEPEST = 24  # levels of lists and maps; what is deeper is cut
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST = datetime(2010, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)

# Content under names that the GenAI conventions fix, so that it can't be marked as `pii`
# (livekit-agents, telemetry/pii.py).
GEN_AI_PERSONAL = frozenset(
    f"gen_ai.{name}"
    for name in (
        "input.messages",
        "output.messages",
        "system_instructions",
        "tool.call.arguments",
        "tool.call.result",
        "tool.description",
        "tool.definitions",
        "retrieval.query.text",
        "retrieval.documents",
        "memory.query.text",
        "memory.records",
        "evaluation.explanation",
    )
) | {"exception.message", "exception.stacktrace"}
PROMPT_VARIABLE = "gen_ai.prompt.variable."


def is_personal(name: str) -> bool:
    """Return whether an attribute is content of users.

    These have a segment `pii` between dots, or a name that the GenAI conventions fix for content.
    """
    return "pii" in name.split(".") or name in GEN_AI_PERSONAL or name.startswith(PROMPT_VARIABLE)


def remove_personal(attributes: Any) -> None:
    """Remove the personal attributes from a repeated field of a protobuf message, in place."""
    kept = [each for each in attributes if not is_personal(each.key)]
    if len(kept) < len(attributes):
        del attributes[:]
        attributes.extend(kept)


def plain(attributes: Iterable[KeyValue]) -> dict[str, Any]:
    """Return attributes as a dictionary. Raises UploadTooLarge if there are too many."""
    found: dict[str, Any] = {}
    for each in attributes:
        found[each.key] = value(each.value)
        if len(found) > MOST_ATTRIBUTES:
            raise UploadTooLarge(f"A record has at most {MOST_ATTRIBUTES} attributes.")
    return found


def value(any_value: AnyValue, depth: int = 0) -> Any:
    """Return a value of OpenTelemetry as Python's; None for one without, or too deep."""
    kind = any_value.WhichOneof("value")
    match kind:
        case None:
            return None
        case "array_value":
            if depth >= DEEPEST:
                return None
            return [value(each, depth + 1) for each in any_value.array_value.values]
        case "kvlist_value":
            if depth >= DEEPEST:
                return None
            pairs = any_value.kvlist_value.values
            return {pair.key: value(pair.value, depth + 1) for pair in pairs}
        case "bytes_value":
            return any_value.bytes_value.hex()
        case _:
            return getattr(any_value, kind)


def text(attributes: Mapping[str, Any], name: str) -> str:
    """Return a text among attributes; empty if it isn't there, or isn't text."""
    found = attributes.get(name)
    return found if isinstance(found, str) else ""


def number(found: Any) -> float | None:
    """Return a finite number of an attribute or of JSON, or None."""
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return float(found) if abs(found) < 1e15 else None  # also not: infinity, NaN


def micro(seconds: Any) -> int | None:
    """Return a delay in microseconds, from seconds; None for what isn't a delay."""
    found = number(seconds)
    return round(found * 1_000_000) if found is not None and found >= 0 else None


def moment(nanoseconds: int) -> datetime | None:
    """Return a time of OpenTelemetry, or None for one that no clock of an agent shows."""
    try:
        found = EPOCH + timedelta(microseconds=nanoseconds // 1000)
    except OverflowError:
        return None
    return found if EARLIEST < found < LATEST else None


def moment_of(seconds: Any) -> datetime | None:
    """Return a time in seconds since 1970, or as RFC 3339 has it; None for neither."""
    if isinstance(seconds, str):
        try:
            found = datetime.fromisoformat(seconds)
        except ValueError:
            return None
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        return found.astimezone(UTC) if EARLIEST < found < LATEST else None
    since = number(seconds)
    return moment(round(since * 1_000_000) * 1000) if since is not None else None


def as_json(found: Any) -> str:
    """Return JSON of plain values, in one order."""
    return json.dumps(found, ensure_ascii=False, sort_keys=True, default=str)
