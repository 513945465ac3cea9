"""Commands of `lk room`: rooms, participants, tracks and data."""

from collections.abc import Mapping, Sequence

from app.commands.lk.writing import TEMPLATE, compact, flag, given, or_none, positional
from app.commands.shell import UnsayableError, line

SOURCES = {"camera": 1, "microphone": 2, "screen_share": 3, "screen_share_audio": 4}


def _who(room: str, identity: str) -> list[str]:
    """Return room and participant for a command that takes the identity as option or value."""
    where = flag("--room", room)
    if identity and TEMPLATE.search(identity):
        return [*where, *positional(identity)]
    return [*where, *flag("--identity", identity)]


@or_none
def list_rooms(*, names: Sequence[str] = ()) -> str:
    """List all rooms, or those of `names`."""
    return line("lk", "room", "list", *positional(*names))


@or_none
def create_room(
    *,
    name: str,
    empty_timeout: int | None = None,
    departure_timeout: int | None = None,
    max_participants: int | None = None,
    metadata: str = "",
    min_playout_delay: int | None = None,
    max_playout_delay: int | None = None,
    sync_streams: bool = False,
    node_id: str = "",
    room_preset: str = "",
    agents: Sequence[tuple[str, str]] = (),
    egress: str = "",
    tags: Mapping[str, str] | None = None,
    replay_enabled: bool = False,
) -> str:
    """Create a room; `agents` are pairs of name and metadata, given to lk as its --agents-file.

    lk sets metadata in a second step. It has no option for max_participants, node_id, tags and
    replay, and reads egress from files, which often hold storage keys: None for those, and for an
    empty name.
    """
    if not name or max_participants or node_id or egress.strip() or tags or replay_enabled:
        raise UnsayableError
    options = {
        "--empty-timeout": empty_timeout,
        "--departure-timeout": departure_timeout,
        "--min-playout-delay": min_playout_delay,
        "--max-playout-delay": max_playout_delay,
        "--room-preset": room_preset,
    }
    words = ["room", "create", *given(options), *(["--sync-streams"] if sync_streams else [])]
    dispatches = compact({"dispatches": [{"agentName": a, "metadata": m} for a, m in agents]})
    if agents:
        words += ["--agents-file", "/dev/stdin"]
    create = line(
        "lk", *words, *positional(name, option="--name"), stdin=dispatches if agents else ""
    )
    if not metadata:
        return create
    update = line("lk", "room", "update", "--metadata", metadata, *positional(name))
    return f"{create} && {update}"


@or_none
def delete_room(*, room: str) -> str:
    """Delete a room."""
    return line("lk", "room", "delete", *positional(room))


@or_none
def update_room_metadata(*, room: str, metadata: str) -> str:
    """Replace a room's metadata."""
    return line("lk", "room", "update", "--metadata", metadata, *positional(room))


@or_none
def list_participants(*, room: str) -> str:
    """List who is in a room."""
    return line("lk", "room", "participants", "list", *positional(room))


@or_none
def get_participant(*, room: str, identity: str) -> str:
    """Show one participant."""
    return line("lk", "room", "participants", "get", *_who(room, identity))


@or_none
def remove_participant(*, room: str, identity: str) -> str:
    """Remove a participant from its room."""
    return line("lk", "room", "participants", "remove", *_who(room, identity))


@or_none
def update_participant(
    *,
    room: str,
    identity: str,
    name: str = "",
    metadata: str = "",
    attributes: Mapping[str, str] | None = None,
    permissions: Mapping[str, bool | Sequence[str]] | None = None,
) -> str:
    """Change metadata or permissions, the latter by the names of ParticipantPermission's fields.

    lk merges permissions into those in force, so give all of them. It has no option for name and
    attributes: None for those.
    """
    if name or attributes or not (metadata or permissions):
        raise UnsayableError
    words = ["--metadata", metadata] if metadata else []
    if permissions:
        words += ["--permissions", compact({k: _permission(v) for k, v in permissions.items()})]
    return line("lk", "room", "participants", "update", *words, *_who(room, identity))


def _permission(value: bool | Sequence[str]) -> bool | list[int]:
    """Return a permission as lk reads it: sources by number (livekit_models.proto, TrackSource)."""
    if isinstance(value, bool):
        return value
    if not SOURCES.keys() >= {*value}:  # one that a newer LiveKit or an odd token has
        raise UnsayableError
    return [SOURCES[source] for source in value]


@or_none
def mute_track(*, room: str, identity: str, track_sid: str, muted: bool) -> str:
    """Mute a track, or ask its publisher to unmute it."""
    who = [*flag("--room", room), *flag("--identity", identity)]
    what = "--mute" if muted else "--unmute"
    return line("lk", "room", "mute-track", *who, what, *positional(track_sid))


@or_none
def update_subscriptions(
    *, room: str, identity: str, track_sids: Sequence[str], subscribe: bool
) -> str:
    """Subscribe a participant to tracks, or unsubscribe it."""
    who = [*flag("--room", room), *flag("--identity", identity)]
    what = "--subscribe" if subscribe else "--unsubscribe"
    return line("lk", "room", "update-subscriptions", *who, what, *positional(*track_sids))


@or_none
def send_data(
    *, room: str, data: str, topic: str = "", to: Sequence[str] = (), lossy: bool = False
) -> str:
    """Send data to all in a room, or to those of `to`.

    lk sends reliably only, and takes a comma between identities: None for what that rules out.
    """
    if lossy or any(not identity or "," in identity for identity in to):
        raise UnsayableError
    receivers = [word for identity in to for word in ("--identity", identity)]
    words = [*flag("--room", room), *given({"--topic": topic}), *receivers]
    return line("lk", "room", "send-data", *words, *positional(data, option="--data"))
