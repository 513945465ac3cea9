"""The `lk` command that does what a page does, safe to paste whatever the names in it.

Syntax: livekit-cli v2, cmd/lk/room.go and cmd/lk/token.go, parsed by urfave/cli v3. Server and key
are those that `lk` is set up with (LIVEKIT_URL, LIVEKIT_API_KEY, LIVEKIT_API_SECRET, or its own
project), so no command here holds a secret. None stands for an action that `lk` cannot do.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from itertools import islice
from typing import ParamSpec

from app.commands.shell import PLAIN, UnsayableError

Given = ParamSpec("Given")

# What lk expands in --room, --identity and --name; nothing escapes it (pkg/util/templates.go).
TEMPLATE = re.compile("%[tTYmdHMSxUhp]")
MOST = 10  # commands in one line


def positional(*values: str, option: str = "") -> list[str]:
    """Return positional values, behind `--` where one could be read as an option.

    A first value of `help` or `h` is a subcommand to some versions: `option` carries it instead,
    or UnsayableError is raised.
    """
    if values and values[0] in ("help", "h"):
        if not option:
            raise UnsayableError
        return [option, *values]
    clear = all(PLAIN.fullmatch(value) and value[0] != "-" for value in values)
    return [*values] if clear else ["--", *values]


def flag(name: str, value: str) -> list[str]:
    """Return `name` and its value. Raises UnsayableError where lk would expand a template in it."""
    if not value or TEMPLATE.search(value):
        raise UnsayableError
    return [name, value]


def given(options: Mapping[str, int | str | None]) -> Iterable[str]:
    """Return the options that have a value; lk leaves out a 0, as LiveKit reads it anyway."""
    for name, value in options.items():
        if value:
            yield from (name, str(value))


def compact(value: object) -> str:
    """Return JSON in one line."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def plain_id(id_: str) -> str:
    """Return an id of LiveKit's, which has plain letters. Raises UnsayableError otherwise."""
    if not PLAIN.fullmatch(id_) or id_[0] == "-":
        raise UnsayableError
    return id_


def or_none(command: Callable[Given, str]) -> Callable[Given, str | None]:
    """Let a command that lk cannot do be None."""

    @wraps(command)
    def answer(*args: Given.args, **values: Given.kwargs) -> str | None:
        try:
            return command(*args, **values)
        except UnsayableError:
            return None

    return answer


def several(commands: Iterable[str | None]) -> str | None:
    """Return commands as one line; None for more than are a help, or where lk cannot do one."""
    first = list(islice(commands, MOST + 1))  # of very many the rest is not even made
    said = [command for command in first if command]
    return " && ".join(said) if len(said) == len(first) <= MOST else None
