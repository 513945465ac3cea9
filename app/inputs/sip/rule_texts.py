"""Texts of a dispatch rule's form, and the values of LiveKit's JSON that they stand for.

The functions that read a text raise ValueError with the reason; those shared with trunks are in
inputs/sip/texts.py.
"""

from collections.abc import Callable, Mapping
from typing import Any

from app.inputs.fields import UINT32, texts_by_name
from app.inputs.rooms.rooms import agent_lines
from app.inputs.sip.texts import codecs, media_span, numbers
from app.services.livekit.from_json import WrongPartError
from app.services.sip.rules import rule_json
from app.services.sip.states import MediaEncryption
from app.text.json_text import indented, not_json, pretty, strict

Plain = dict[str, Any]
ENCRYPTION = "SIP_MEDIA_ENCRYPT_"
TICKS = frozenset({"hide_number", "sync_streams", "only_listed_codecs", "krisp_enabled"})


def shown(name: str, value: Any) -> str | bool | list[str]:
    """Return what a field shows of its part of a rule, which is None if it is not set."""
    match name:
        case "trunks":
            return list(value or [])
        case "called" | "callers":
            return "\n".join(value or [])
        case "attributes" | "tags" | "egress":
            return indented(value) if value is not None else ""
        case "agents":
            return _agents_text(value or [])
        case "codecs":
            return "\n".join(f"{c.get('name', '')}{_rate(c)}" for c in value or [])
        case "encryption":
            named = str(value or "").removeprefix(ENCRYPTION).lower()
            return named if named in {"", *MediaEncryption} else "unknown"
        case "media_timeout":
            seconds = str(value or "").removesuffix("s")
            return seconds.rstrip("0").rstrip(".") if "." in seconds else seconds
        case "metadata" | "config_metadata":
            return pretty(str(value or ""))
    if name in TICKS:
        return bool(value)
    return str(value or "")


def _rate(codec: Plain) -> str:
    return f"/{codec['rate']}" if codec.get("rate") else ""


def _agents_text(agents: list[Plain]) -> str:
    """Return a line for each agent, `name metadata`; JSON if one has more than a line can say."""
    lines = "\n".join(
        f"{agent.get('agent_name', '')} {agent.get('metadata', '')}".rstrip(" ") for agent in agents
    )
    try:
        reads_back = _agents(lines) == agents
    except ValueError:
        reads_back = False  # the name of an agent can begin like a list
    return lines if reads_back else indented(agents)


def _agents(text: Any) -> list[Plain]:
    if text.lstrip().startswith("["):
        agents: list[Plain] = _checked("agents", text, list)
        return agents
    named = [{"agent_name": name, "metadata": data} for name, data in agent_lines(text)]
    return [{name: value for name, value in agent.items() if value} for agent in named]


def _checked(name: str, text: str, kind: type[Any]) -> Any:
    """Return JSON that the rule's room configuration accepts as `name`."""
    try:
        given = strict(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(not_json(error)) from None
    if not isinstance(given, kind):
        raise ValueError("Enter a JSON object.")
    try:
        rule = rule_json.canonical({"room_config": {name: given}})
    except WrongPartError as error:
        raise error.below(2) from None
    return rule["room_config"].get(name, kind())


def _egress(text: Any) -> Plain | None:
    if not text.strip():
        return None
    if not text.lstrip().startswith("{"):
        raise ValueError("Enter a JSON object.")
    egress: Plain = _checked("egress", text, dict)
    return egress


def _whole(text: Any) -> int:
    if not text.strip():
        return 0
    if not (text.strip().isascii() and text.strip().isdigit()):
        raise ValueError("Enter a whole number.")
    if int(text) > UINT32:
        raise ValueError("This number is too large.")
    return int(text)


def _encryption(text: Any) -> str:
    if text and text not in {*MediaEncryption} - {"unknown"}:
        raise ValueError("Choose an option from the list.")
    return f"{ENCRYPTION}{text.upper()}" if text else ""


def _codecs(text: Any) -> list[Plain]:
    return [{"name": n, "rate": rate} if rate else {"name": n} for n, rate in codecs(text)]


def _timeout(text: Any) -> str:
    span = media_span(text)
    return "" if span is None else f"{text.strip()}s"


# Fields whose value is more than their text, box or choice.
VALUES: Mapping[str, Callable[[Any], Any]] = {
    "called": lambda text: list(numbers(text)),
    "callers": lambda text: list(numbers(text)),
    "attributes": texts_by_name,
    "tags": texts_by_name,
    "agents": _agents,
    "egress": _egress,
    "encryption": _encryption,
    "codecs": _codecs,
    "media_timeout": _timeout,
    "empty_timeout": _whole,
    "departure_timeout": _whole,
    "max_participants": _whole,
    "min_playout_delay": _whole,
    "max_playout_delay": _whole,
}
