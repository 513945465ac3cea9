"""The `lk` commands of the ingress pages.

Syntax: livekit-cli v2, cmd/lk/ingress.go; it takes requests as JSON, here piped in. Requests are
plain objects by the names of livekit_ingress.proto, with secrets masked. No command here contains
a stream key or a source URL.
"""

from collections.abc import Mapping
from typing import Any

from app.commands.lk.writing import compact, or_none, plain_id
from app.commands.shell import UnsayableError, line
from app.services.livekit.redaction import HIDDEN

Request = Mapping[str, Any]


@or_none
def list_ingress(*, room: str = "") -> str:
    """List all ingresses, or those of a room."""
    return line("lk", "ingress", "list", *(["--room", room] if room else []))


@or_none
def get_ingress(*, id: str) -> str:
    """Show one ingress."""
    return line("lk", "ingress", "list", "--id", plain_id(id))


@or_none
def create_ingress(*, request: Request) -> str:
    """Create an ingress; a source URL is a placeholder."""
    whole = {"input_type": "RTMP_INPUT", **request}
    if whole["input_type"] == "URL_INPUT":
        whole["url"] = "URL"
    return line("lk", "ingress", "create", "/dev/stdin", stdin=_json(whole))


@or_none
def update_ingress(*, request: Request) -> str:
    """Change an ingress; None for a request that changes nothing."""
    plain_id(request["ingress_id"])
    if len(request) == 1:
        raise UnsayableError
    return line("lk", "ingress", "update", "/dev/stdin", stdin=_json(request))


def _json(request: Request) -> str:
    """Return a request as JSON. Raises UnsayableError if a secret in it is masked."""
    text = compact(request)
    if HIDDEN in text:
        raise UnsayableError
    return text


@or_none
def delete_ingress(*, id: str) -> str:
    """Delete an ingress."""
    return line("lk", "ingress", "delete", plain_id(id))
