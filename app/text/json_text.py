"""JSON as somebody typed it, or is to read it: what is wrong with it, and indented."""

import json
import re
from collections.abc import Callable
from typing import Any

OPENS = "[{"
CLOSES = "]}"
# The strings, punctuation and scalars of valid JSON, without the white space between them.
PARTS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}:,]|[^\s\[\]{}:,"]+')
DEEPEST = 20  # levels that are indented
LARGEST = 256 * 1024  # characters of indented text


def strict(text: str | bytes, pairs: Callable[[list[tuple[str, Any]]], Any] | None = None) -> Any:
    """Return what JSON stands for, objects by `pairs`. Raises ValueError, or RecursionError."""
    return json.loads(text, parse_constant=_no_constant, object_pairs_hook=pairs)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON (RFC 8259)")


def not_json(error: ValueError | RecursionError) -> str:
    """Say what keeps a text from being read, by the error that `strict` raised."""
    if isinstance(error, json.JSONDecodeError):
        return f"This is not JSON: {_where(error)}."
    if isinstance(error, RecursionError):
        return "This is not JSON that can be read: it is nested too deeply."
    return f"{error}."


def _where(error: json.JSONDecodeError) -> str:
    return f"{error.msg}, line {error.lineno}, column {error.colno}"


def _looks_like_json(text: str) -> bool:
    return text.lstrip().startswith(tuple(OPENS))


def json_problem(text: str) -> str | None:
    """Return why `text` is not the JSON that it looks like; None if it is, or does not look so."""
    if not _looks_like_json(text):
        return None
    try:
        strict(text)
    except json.JSONDecodeError as error:
        return f"This looks like JSON but isn't valid: {_where(error)}."
    except RecursionError:
        return "This looks like JSON but is nested too deeply to be read."
    except ValueError as error:
        return f"This looks like JSON but can't be read: {error}."
    return None


def json_note(text: str) -> str:
    """Return a sentence to add to the confirmation if `text` is not the JSON it looks like."""
    problem = json_problem(text)
    return f" Note about the metadata: {problem}" if problem else ""


def pretty(text: str) -> str:
    """Return JSON text indented, and any other text unchanged.

    Moves white space only: numbers, key order and repeated keys stay as written. Guests write
    metadata, and indentation multiplies its size, so JSON nested deeper than `DEEPEST` or longer
    than `LARGEST` once indented is returned unchanged.
    """
    if len(text) > LARGEST or not _looks_like_json(text) or json_problem(text):
        return text
    out: list[str] = []
    size = depth = 0
    empty = False  # the last part opened an object or list
    for part in PARTS.findall(text):
        if part in OPENS:
            depth += 1
            piece = ("" if not empty else _line(depth - 1)) + part
        elif part in CLOSES:
            depth -= 1
            piece = part if empty else _line(depth) + part
        elif part == ",":
            piece = part + _line(depth)
        elif part == ":":
            piece = ": "
        else:
            piece = (_line(depth) if empty else "") + part
        empty = part in OPENS
        size += len(piece)
        if depth > DEEPEST or size > LARGEST:
            return text
        out.append(piece)
    return "".join(out)


def _line(depth: int) -> str:
    return "\n" + "  " * depth


def indented(value: object) -> str:
    """Return JSON's objects, lists and mappings as text to read, indented as by `pretty`."""
    return pretty(json.dumps(value, ensure_ascii=False, default=dict))


def is_utf8(text: str) -> bool:
    """Return whether `text` can be sent at all: JSON's escapes can name half a character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
