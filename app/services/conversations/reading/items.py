"""The items of a conversation, in the two spellings in which the same item comes.

The history of a session has `type`, lower-case roles and times in seconds (livekit-agents,
ChatContext.to_dict); the log "chat item" has protobuf's JSON (protocol, agent_session.proto). The
item's `id` is the same.
"""

from collections.abc import Mapping
from typing import Any

from app.services.conversations import attributes
from app.services.conversations.facts import Item
from app.services.conversations.states import ItemKind

DELAYS = {  # a message's metrics, and the columns that have them
    "e2e_latency": "response",
    "end_of_turn_delay": "end_of_turn",
    "transcription_delay": "transcription",
    "on_user_turn_completed_delay": "hook",
    "llm_node_ttft": "llm_first_token",
    "tts_node_ttfb": "tts_first_byte",
    "playback_latency": "playback",
}
SPEAKING = ("started_speaking_at", "stopped_speaking_at")
KNOWN = frozenset(
    {
        "id",
        "type",
        "role",
        "content",
        "interrupted",
        "metrics",
        "created_at",
        "call_id",
        "name",
        "arguments",
        "output",
        "is_error",
        "new_agent_id",
        "instructions",
    }
)


def item_of(found: Any) -> Item | None:
    """Return the item of either spelling; None for what is neither, or has no ID or time."""
    if not isinstance(found, dict):
        return None
    kind, item = _kind_and_item(found)
    at = attributes.moment_of(item.get("created_at"))
    identifier = attributes.text(item, "id")
    if not kind or not identifier or at is None:
        return None
    read = Item(item=identifier, kind=kind, at=at, details=_details(item))
    match kind:
        case ItemKind.MESSAGE:
            _read_message(read, item)
        case ItemKind.FUNCTION_CALL:
            read.text = attributes.text(item, "arguments")
        case ItemKind.FUNCTION_CALL_OUTPUT:
            read.text = attributes.text(item, "output")
            read.failed = item.get("is_error") is True
        case ItemKind.AGENT_HANDOFF:
            read.name = attributes.text(item, "new_agent_id")
        case ItemKind.AGENT_CONFIG_UPDATE:
            read.text = attributes.text(item, "instructions")
    if kind in (ItemKind.FUNCTION_CALL, ItemKind.FUNCTION_CALL_OUTPUT):
        read.call = attributes.text(item, "call_id")
        read.name = attributes.text(item, "name")
    return read


def _kind_and_item(found: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if isinstance(found.get("type"), str):
        return found["type"], found
    for kind in ItemKind:  # protobuf's JSON: {"function_call": {…}}
        if isinstance(item := found.get(kind), dict):
            return kind, item
    return "", {}


def _read_message(read: Item, item: Mapping[str, Any]) -> None:
    read.role = attributes.text(item, "role").lower()
    read.text = "\n".join(_texts(item.get("content")))
    read.interrupted = item.get("interrupted") is True
    metrics = item.get("metrics")
    if not isinstance(metrics, dict):
        return
    for name, column in DELAYS.items():
        setattr(read, column, attributes.micro(metrics.get(name)))
    for name in SPEAKING:
        setattr(read, name, attributes.moment_of(metrics.get(name)))
    more = {
        name: value for name, value in metrics.items() if name not in DELAYS | {}.fromkeys(SPEAKING)
    }
    if more:
        read.details["metrics"] = more


def _texts(content: Any) -> list[str]:
    """Return the texts of a message: strings in one spelling, objects in the other."""
    if isinstance(content, str):
        return [content]
    texts = []
    for part in content if isinstance(content, list) else ():
        if isinstance(part, dict):
            part = part.get("text")
        if isinstance(part, str):
            texts.append(part)
    return texts


def _details(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return what no column has, and is not empty."""
    found = {name: value for name, value in item.items() if name not in KNOWN and value}
    content = item.get("content")
    if isinstance(content, list):
        others = [
            part.get("type", "other")
            for part in content
            if isinstance(part, dict) and not isinstance(part.get("text"), str)
        ]
        if others:
            found["other_content"] = others  # images and sound: the bytes are in the raw batch
    return found
