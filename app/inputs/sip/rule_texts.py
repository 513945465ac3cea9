"""What the fields of a dispatch rule's form hold, and what LiveKit's JSON has in their place.

The functions that read a text raise ValueError with the reason; those shared with trunks are in
inputs/sip_texts.py.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from app.inputs.fields import UINT32, json_if_it_looks_so, texts_by_name
from app.inputs.rooms.rooms import agent_lines
from app.inputs.sip.texts import codecs, media_span, numbers
from app.services.livekit.from_json import WrongPartError
from app.services.sip.rules import rule_json
from app.services.sip.states import MediaEncryption
from app.text.json_text import indented, json_problem, pretty

Plain = dict[str, Any]
ENCRYPTION = "SIP_MEDIA_ENCRYPT_"
TICKS = frozenset({"hide_number", "sync_streams", "only_listed_codecs", "krisp_enabled"})


def shown(name: str, value: Any) -> str | bool | list[str]:
    """Give what a field shows of its part of a rule, which is None where there is none."""
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
    """Give a line for each agent, `name metadata`; JSON where one has more than a line can say."""
    lines = "\n".join(
        f"{agent.get('agent_name', '')} {agent.get('metadata', '')}".rstrip(" ") for agent in agents
    )
    return lines if _agents(lines) == agents else indented(agents)


def _agents(text: Any) -> list[Plain]:
    if text.lstrip().startswith("["):
        found: list[Plain] = _checked("agents", text, list)
        return found
    named = [{"agent_name": name, "metadata": said} for name, said in agent_lines(text)]
    for agent in named:
        problem = json_problem(agent["metadata"])
        if problem:
            raise ValueError(f"{agent['agent_name']}: {problem}")
    return [{name: value for name, value in agent.items() if value} for agent in named]


def _checked(name: str, text: str, kind: type[Any]) -> Any:
    """Give JSON that the rule's room configuration can hold under `name`."""
    problem = json_problem(text)
    if problem:
        raise ValueError(problem)
    given = json.loads(text)
    if not isinstance(given, kind):
        raise ValueError("Give a JSON object.")
    try:
        rule = rule_json.canonical({"room_config": {name: given}})
    except WrongPartError as error:
        raise error.below(2) from None
    return rule["room_config"].get(name, kind())


def _egress(text: Any) -> Plain | None:
    if not text.strip():
        return None
    if not text.lstrip().startswith("{"):
        raise ValueError("Give a JSON object.")
    found: Plain = _checked("egress", text, dict)
    return found


def _whole(text: Any) -> int:
    if not text.strip():
        return 0
    if not (text.strip().isascii() and text.strip().isdigit()):
        raise ValueError("Give a whole number.")
    if int(text) > UINT32:
        raise ValueError("This number is too large.")
    return int(text)


def _encryption(text: Any) -> str:
    if text and text not in {*MediaEncryption} - {"unknown"}:
        raise ValueError("Choose one of the list.")
    return f"{ENCRYPTION}{text.upper()}" if text else ""


def _codecs(text: Any) -> list[Plain]:
    return [{"name": n, "rate": rate} if rate else {"name": n} for n, rate in codecs(text)]


def _timeout(text: Any) -> str:
    span = media_span(text)
    return "" if span is None else f"{text.strip()}s"


# The fields that are more than the text, the box or the choice that they are.
VALUES: Mapping[str, Callable[[Any], Any]] = {
    "called": lambda text: list(numbers(text)),
    "callers": lambda text: list(numbers(text)),
    "attributes": texts_by_name,
    "tags": texts_by_name,
    "metadata": json_if_it_looks_so,
    "config_metadata": json_if_it_looks_so,
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
