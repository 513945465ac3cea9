"""The `lk` command that does what a page about egress does.

Syntax: livekit-cli v2, cmd/lk/egress.go; `lk egress start` takes its request as JSON. No command
here holds a credential: None where the request has one.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.commands.lk.writing import compact, or_none, plain_id
from app.commands.shell import UnsayableError, line
from app.services.livekit.redaction import HIDDEN, is_redacted

TYPES = {
    "room_composite": "room-composite",
    "participant": "participant",
    "track_composite": "track-composite",
    "track": "track",
    "web": "web",
}


def _ids(*ids: str) -> list[str]:
    """Return each id as an option."""
    if not ids:
        raise UnsayableError
    return [word for id_ in ids for word in ("--id", plain_id(id_))]


@or_none
def list_egress(*, running: bool = False) -> str:
    """List all jobs, or those that run."""
    return line("lk", "egress", "list", *(["--active"] if running else []))


@or_none
def get_egress(*, ids: Sequence[str]) -> str:
    """Show jobs."""
    return line("lk", "egress", "list", *_ids(*ids))


@or_none
def stop_egress(*, ids: Sequence[str]) -> str:
    """Stop jobs."""
    return line("lk", "egress", "stop", *_ids(*ids))


@or_none
def update_layout(*, id: str, layout: str) -> str:
    """Change the layout of a running room recording."""
    if not layout:
        raise UnsayableError
    return line("lk", "egress", "update-layout", *_ids(id), "--layout", layout)


@or_none
def update_stream(*, id: str) -> str:
    """Add a stream, its address still to be filled in: it would hold a key."""
    return line("lk", "egress", "update-stream", *_ids(id), "--add-urls", "URL")


@or_none
def start_egress(*, type: str, request: Mapping[str, Any]) -> str:
    """Start the same job again; None for a request with anything hidden in it.

    None too for a request of the newer API, which `lk` does not send: a page's has no `url` there.
    """
    text = compact(request)
    hidden = HIDDEN in text or is_redacted(text) or "{account_name}" in text
    if type not in TYPES or hidden or (type == "web" and "url" not in request):
        raise UnsayableError
    return line("lk", "egress", "start", "--type", TYPES[type], text)
