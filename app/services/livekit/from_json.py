"""LiveKit's messages from JSON that users enter, and which part of it isn't accepted."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from google.protobuf.json_format import Parse, ParseDict, ParseError
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from app.text.json_text import is_utf8

M = TypeVar("M", bound=Message)
Path = tuple[str | int, ...]
Field = Any  # protobuf has a FieldDescriptor for each of its backends
HALF = "It contains half a character (a lone surrogate), which UTF-8 cannot represent."
DEEPEST = 100  # levels; no message of LiveKit has twenty
WHOLE = re.compile(r"-?[0-9]{1,20}", re.ASCII)
# How protobuf's well-known types look in JSON.
WELL_KNOWN = {
    "google.protobuf.Duration": 'a duration in seconds, such as "30s"',
    "google.protobuf.Timestamp": 'a time, such as "2026-01-31T12:00:00Z"',
}


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A part of the JSON that the message doesn't accept: where it is, and why."""

    path: Path
    reason: str

    def __str__(self) -> str:
        """Return the path, if there is one, and the reason."""
        place = path_text(self.path)
        return f"{place}: {self.reason}" if place else self.reason


class WrongPartError(ValueError):
    """JSON objects don't match their message, because of one part."""

    def __init__(self, wrong: Mismatch) -> None:
        super().__init__(str(wrong))
        self.wrong = wrong

    def below(self, levels: int) -> "WrongPartError":
        """Return the same error for a field that contains only the part `levels` down."""
        return WrongPartError(Mismatch(self.wrong.path[levels:], self.wrong.reason))


def path_text(path: Path) -> str:
    """Return a path as text: `room_config.agents[1].metadata`."""
    parts = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(parts).removeprefix(".")


def parsed(given: str | dict[str, Any], message: M, *, unknown: bool = False) -> M:
    """Fill `message` from JSON text or objects, and return it.

    With `unknown`, fields that this build doesn't know are ignored. Raises ParseError with a
    message that can be shown. Protobuf itself raises SystemError if a field's name contains half a
    character (json_format.py, fields_by_name.get).
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


def built(given: Any, message: M) -> M:
    """Fill `message` from JSON objects and return it. Raises WrongPartError."""
    wrong = mismatch(given, type(message))
    if wrong is not None:
        raise WrongPartError(wrong)
    try:
        return parsed(given, message)
    except ParseError as error:
        reason = str(error).splitlines()[0]
        raise WrongPartError(Mismatch((), f"{reason.rstrip('.')}.")) from error


def holds_half(given: Any) -> bool:
    """Return True if JSON objects contain half a character, which can't be sent or shown."""
    return not is_utf8(json.dumps(given, ensure_ascii=False))


def too_deep(given: Any) -> bool:
    """Return True if JSON objects are nested deeper than any message: don't walk them."""
    level = [given] if isinstance(given, dict | list) else []
    for _ in range(DEEPEST):
        parts = (each.values() if isinstance(each, dict) else each for each in level)
        level = [inner for part in parts for inner in part if isinstance(inner, dict | list)]
    return bool(level)


def mismatch(given: Any, message: type[Message]) -> Mismatch | None:
    """Return the first part of JSON objects that doesn't match `message`, or None.

    The rules are those of protobuf's JSON mapping, whose own errors name neither the list entry
    nor the accepted values.
    """
    return next(_in_message(given, message.DESCRIPTOR, ()), None)


def _in_message(given: Any, known: Any, path: Path) -> Iterator[Mismatch]:
    if not isinstance(given, dict):
        yield _expected("an object in { }", given, path)
        return
    names = {**known.fields_by_name, **known.fields_by_camelcase_name}
    seen: dict[str, str] = {}
    for name, value in given.items():
        field = names.get(name) if is_utf8(name) else None
        if field is None:
            fields = ", ".join(each.name for each in known.fields)
            yield Mismatch((*path, _shown(name)), f"there is no such field. Fields: {fields}.")
            continue
        choice = field.containing_oneof
        one_of = choice.name if choice and len(choice.fields) > 1 else field.name
        if one_of in seen:
            yield Mismatch((*path, name), f"cannot be set together with {seen[one_of]}.")
        seen[one_of] = name
        yield from _in_field(value, field, (*path, name))


def _in_field(value: Any, field: Field, path: Path) -> Iterator[Mismatch]:
    if value is None:
        return  # null stands for a field that is not set
    if field.message_type and field.message_type.GetOptions().map_entry:
        yield from _in_map(value, field.message_type.fields_by_name["value"], path)
    elif not field.is_repeated:
        yield from _in_value(value, field, path)
    elif not isinstance(value, list):
        yield _expected("a list in [ ]", value, path)
    else:
        for index, each in enumerate(value):
            yield from _in_value(each, field, (*path, index))


def _in_map(value: Any, field: Field, path: Path) -> Iterator[Mismatch]:
    if not isinstance(value, dict):
        yield _expected("an object in { }", value, path)
        return
    for key, each in value.items():
        if not is_utf8(key):
            yield Mismatch((*path, _shown(key)), HALF)
        yield from _in_value(each, field, (*path, key))


def _in_value(value: Any, field: Field, path: Path) -> Iterator[Mismatch]:
    if field.message_type is not None:
        if field.message_type.full_name in WELL_KNOWN:
            yield from _in_well_known(value, field.message_type, path)
        else:
            yield from _in_message(value, field.message_type, path)
        return
    if field.enum_type is not None:
        yield from _in_enum(value, field.enum_type, path)
        return
    kind, accepts = SCALARS.get(field.cpp_type, ("", lambda _: True))
    if not accepts(value):
        yield _expected(kind, value, path)
    elif isinstance(value, str) and not is_utf8(value):
        yield Mismatch(path, HALF)


def _in_well_known(value: Any, known: Any, path: Path) -> Iterator[Mismatch]:
    try:
        ParseDict(value, GetMessageClass(known)())
    except (ParseError, TypeError, AttributeError):
        yield _expected(WELL_KNOWN[known.full_name], value, path)


def _in_enum(value: Any, known: Any, path: Path) -> Iterator[Mismatch]:
    named = isinstance(value, str) and is_utf8(value) and value in known.values_by_name
    if not (named or _whole(-(2**31), 2**31 - 1)(value)):
        names = ", ".join(each.name for each in known.values)
        yield _expected(f"one of {names}", value, path)


def _expected(kind: str, value: Any, path: Path) -> Mismatch:
    return Mismatch(path, f"expected {kind}, not {_kind_of(value)}.")


def _kind_of(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return f'"{_shown(value)}"' if len(value) <= 40 else "this text"
        case list():
            return "a list"
        case _:
            return "an object"


def _shown(text: str) -> str:
    return text if is_utf8(text) else text.encode(errors="replace").decode()


def _whole(least: int, most: int) -> Callable[[Any], bool]:
    """Return a function that accepts whole numbers within these limits, also in quotes."""

    def accepts(value: Any) -> bool:
        if isinstance(value, str) and WHOLE.fullmatch(value):
            value = int(value)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return type(value) is int and least <= value <= most

    return accepts


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return False
    return isinstance(value, int | float) and not isinstance(value, bool)


# By protobuf's C++ type: what the value must be, and a function that checks it.
SCALARS: dict[int, tuple[str, Callable[[Any], bool]]] = {
    1: ("a whole number", _whole(-(2**31), 2**31 - 1)),
    2: ("a whole number", _whole(-(2**63), 2**63 - 1)),
    3: ("a whole number from 0", _whole(0, 2**32 - 1)),
    4: ("a whole number from 0", _whole(0, 2**64 - 1)),
    5: ("a number", _is_number),
    6: ("a number", _is_number),
    7: ("true or false", lambda value: isinstance(value, bool)),
    9: ("text in quotes", lambda value: isinstance(value, str)),
}
