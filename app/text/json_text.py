"""JSON as somebody typed it, or is to read it: what is wrong with it, and indented."""

import json
from collections.abc import Callable
from typing import Any

OPENS = "[{"
CLOSES = "]}"


def strict(text: str | bytes, pairs: Callable[[list[tuple[str, Any]]], Any] | None = None) -> Any:
    """Give what JSON stands for, objects by `pairs`. Raises ValueError, or RecursionError."""
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
    """Why `text` is not the JSON that it looks like; None where it is, or does not look so."""
    if not _looks_like_json(text):
        return None
    try:
        strict(text)
    except json.JSONDecodeError as error:
        return f"This looks like JSON but is not: {_where(error)}."
    except (ValueError, RecursionError) as error:
        return f"This looks like JSON but cannot be read: {error}."
    return None


def pretty(text: str) -> str:
    """Give JSON text indented, every other text as it is.

    It moves white space only: numbers, key order and repeated keys stay as they were written.
    """
    if not _looks_like_json(text) or json_problem(text):
        return text
    out: list[str] = []
    depth = 0
    for part in _parts(text):
        if part in OPENS:
            depth += 1
            out.append(f"{part}\n{'  ' * depth}")
        elif part in CLOSES:
            depth -= 1
            empty = out[-1][:1] in OPENS and out[-1].endswith(" " * 2 * (depth + 1))
            out[-1] = out[-1][0] if empty else out[-1]
            out.append(part if empty else f"\n{'  ' * depth}{part}")
        elif part == ",":
            out.append(f",\n{'  ' * depth}")
        else:
            out.append(": " if part == ":" else part)
    return "".join(out)


def _parts(text: str) -> list[str]:
    """Cut valid JSON into strings, punctuation and scalars, dropping the white space between."""
    parts: list[str] = []
    at = 0
    while at < len(text):
        start = at
        if text[at] == '"':
            at += 1
            while text[at] != '"':
                at += 2 if text[at] == "\\" else 1
            at += 1
        elif text[at] in "[]{}:,":
            at += 1
        elif text[at].isspace():
            at += 1
            continue
        else:
            while at < len(text) and text[at] not in "[]{}:, \t\r\n":
                at += 1
        parts.append(text[start:at])
    return parts


def indented(value: object) -> str:
    """Give JSON's objects, lists and mappings as text to read."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=dict)


def is_utf8(text: str) -> bool:
    """Whether `text` can be sent at all: JSON's escapes can name half a character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
