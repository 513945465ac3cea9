"""The `lk` commands of the egress pages.

Syntax: livekit-cli v2, cmd/lk/egress.go; `lk egress start` takes its request as JSON. No command
here contains a credential: None if the request has one.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.commands.lk.writing import MOST, compact, or_none, plain_id
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
    """Return each ID as an option; too many make no useful command."""
    if not 0 < len(ids) <= MOST:
        raise UnsayableError
    return [word for id_ in ids for word in ("--id", plain_id(id_))]


@or_none
def list_egress(*, running: bool = False) -> str:
    """List all jobs, or the running ones."""
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
    """Add a stream, with a placeholder for its URL, which would contain a key."""
    return line("lk", "egress", "update-stream", *_ids(id), "--add-urls", "URL")


@or_none
def start_egress(*, type: str, request: Mapping[str, Any]) -> str:
    """Start the same job again; None for a request with a hidden value.

    None also for a request of the newer API, which `lk` does not send: a web page's has no `url`.
    """
    text = compact(request)
    hidden = HIDDEN in text or is_redacted(text) or "{account_name}" in text
    if type not in TYPES or hidden or (type == "web" and "url" not in request):
        raise UnsayableError
    return line("lk", "egress", "start", "--type", TYPES[type], text)
