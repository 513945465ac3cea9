"""LiveKit's messages out of JSON that somebody typed: whatever is wrong with it is one error."""

import json
from bisect import bisect_left
from collections.abc import Callable
from typing import Any, TypeVar

from google.protobuf.json_format import Parse, ParseDict, ParseError
from google.protobuf.message import Message

from app.text.json_text import is_utf8

M = TypeVar("M", bound=Message)
Path = tuple[str | int, ...]
HALF = "There is half a character (a lone surrogate) in it; UTF-8 has none."
DEEPEST = 100  # levels; no message of LiveKit has twenty
LARGEST = 2000  # values of which one is looked for


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


def culprit(given: Any, message: type[Message]) -> Path:
    """Give where in objects of JSON the part stands that keeps them from being a `message`.

    It is the smallest that protobuf refuses by itself, found by trying: protobuf's own words name
    the fields, and not which one of a list. Empty where nothing keeps them from it,
    and where they are too large to try.
    """

    def fails(part: Any) -> bool:
        try:
            parsed(part, message())
        except ParseError:
            return True
        return False

    if too_deep(given) or _size(given) > LARGEST or not fails(given):
        return ()
    return _smallest(given, fails)


def _size(given: Any) -> int:
    inner = given.values() if isinstance(given, dict) else given if isinstance(given, list) else ()
    return 1 + sum(_size(each) for each in inner)


def _smallest(given: Any, fails: Callable[[Any], bool]) -> Path:
    kind = type(given)
    if kind not in (dict, list) or not given or fails(kind()):
        return ()
    pairs = list(given.items() if kind is dict else enumerate(given))

    def only(some: list[tuple[Any, Any]]) -> Any:
        return dict(some) if kind is dict else [value for _, value in some]

    # fields are read in their order: from the first wrong one on, whatever is read fails
    count = bisect_left(range(1, len(pairs)), True, key=lambda n: fails(only(pairs[:n])))
    step, value = pairs[count]

    def alone(part: Any) -> bool:
        return fails(only([(step, part)]))

    return (step, *(_smallest(value, alone) if alone(value) else ()))
