"""LiveKit's messages out of JSON that somebody typed: whatever is wrong with it is one error."""

import json
from typing import Any, TypeVar

from google.protobuf.json_format import Parse, ParseDict, ParseError
from google.protobuf.message import Message

from app.formatters import is_utf8

M = TypeVar("M", bound=Message)
HALF = "There is half a character (a lone surrogate) in it; UTF-8 has none."
DEEPEST = 100  # levels; no message of LiveKit has twenty


def parsed(given: str | dict[str, Any], message: M, *, unknown: bool = False) -> M:
    """Fill `message` from JSON, or from its objects, and give it; `unknown` fields may be let be.

    Raises ParseError for all that is wrong, in words that can be shown. Protobuf itself leaves a
    SystemError where a field's name holds half a character (json_format.py, fields_by_name.get).
    """
    try:
        if isinstance(given, str):
            return Parse(given, message, ignore_unknown_fields=unknown)
        return ParseDict(given, message, ignore_unknown_fields=unknown)
    except (SystemError, UnicodeError) as error:
        raise ParseError(HALF) from error
    except ParseError as error:
        if is_utf8(str(error)):
            raise
        raise ParseError(HALF) from error
    except RecursionError as error:
        raise ParseError("it is nested too deeply") from error
    except TypeError as error:
        raise ParseError(str(error)) from error


def holds_half(given: Any) -> bool:
    """Whether half a character is in objects of JSON, which then can be neither sent nor shown."""
    return not is_utf8(json.dumps(given, ensure_ascii=False))


def too_deep(given: Any) -> bool:
    """Whether objects of JSON nest deeper than any message, so that nobody is to walk them."""
    level = [given] if isinstance(given, dict | list) else []
    for _ in range(DEEPEST):
        parts = (each.values() if isinstance(each, dict) else each for each in level)
        level = [inner for part in parts for inner in part if isinstance(inner, dict | list)]
    return bool(level)
