"""The `lk` commands of the ingress pages.

Syntax: livekit-cli v2, cmd/lk/ingress.go; it takes requests as JSON, here piped in. No command
here contains a stream key or a source URL.
"""

from collections.abc import Mapping

from app.commands.lk.writing import compact, or_none, plain_id
from app.commands.shell import line

# The form's fields under LiveKit's names (livekit_ingress.proto).
FIELDS = {
    "name": "name",
    "room": "room_name",
    "identity": "participant_identity",
    "participant_name": "participant_name",
    "metadata": "participant_metadata",
}


def _request(values: Mapping[str, str], **more: str) -> str:
    fields = more | {FIELDS[name]: value for name, value in values.items() if value}
    return compact(fields)


@or_none
def list_ingress(*, room: str = "") -> str:
    """List all ingresses, or those of a room."""
    return line("lk", "ingress", "list", *(["--room", room] if room else []))


@or_none
def get_ingress(*, id: str) -> str:
    """Show one ingress."""
    return line("lk", "ingress", "list", "--id", plain_id(id))


@or_none
def create_ingress(*, input: str, values: Mapping[str, str]) -> str:
    """Create an ingress with the fields that all types have; a source URL is a placeholder."""
    more = {"input_type": f"{input.upper()}_INPUT"} | ({"url": "URL"} if input == "url" else {})
    return line("lk", "ingress", "create", "/dev/stdin", stdin=_request(values, **more))


@or_none
def update_ingress(*, id: str, values: Mapping[str, str]) -> str:
    """Change the fields that all types have."""
    request = _request(values, ingress_id=plain_id(id))
    return line("lk", "ingress", "update", "/dev/stdin", stdin=request)


@or_none
def delete_ingress(*, id: str) -> str:
    """Delete an ingress."""
    return line("lk", "ingress", "delete", plain_id(id))
