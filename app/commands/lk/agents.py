"""The `lk` commands of the agents pages.

Syntax: livekit-cli v2, cmd/lk/dispatch.go; `--room` is not expanded there.
"""

from collections.abc import Iterable

from app.commands.lk.writing import or_none, plain_id, positional
from app.commands.shell import UnsayableError, line


def _place(room: str, *rest: str) -> list[str]:
    """Return a room as a positional value. Raises UnsayableError for an empty one."""
    if not room:
        raise UnsayableError
    return positional(room, *rest)


@or_none
def list_dispatches(*, room: str) -> str:
    """List the dispatches of a room."""
    return line("lk", "dispatch", "list", *_place(room))


@or_none
def create_dispatch(
    *, room: str, agent_name: str, metadata: str = "", more: Iterable[object] = ()
) -> str:
    """Dispatch an agent to a room; None without an agent name, which lk requires.

    lk has no option for the values in `more`: None if any of them is set.
    """
    if not room or not agent_name or any(more):
        raise UnsayableError
    words = ["--room", room, "--agent-name", agent_name]
    words += ["--metadata", metadata] if metadata else []
    return line("lk", "dispatch", "create", *words)


@or_none
def delete_dispatch(*, room: str, id: str) -> str:
    """Delete a dispatch."""
    return line("lk", "dispatch", "delete", *_place(room, plain_id(id)))
