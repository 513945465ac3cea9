"""What the roomConfig of a token does if its participant opens the room."""

from collections.abc import Iterator
from datetime import timedelta

from google.protobuf.json_format import ParseError
from livekit.protocol.room import RoomConfiguration

from app.services.livekit.from_json import parsed
from app.services.tokens.claims import Claims, short
from app.services.tokens.powers import terms
from app.text.formatters import duration, thousands


def effects(claims: Claims) -> list[tuple[str, str]]:
    """Return each option that the token sets for a new room, with its value.

    Empty if there are none, or if LiveKit cannot read them: its own answer says so then.
    """
    wanted = terms(claims)
    if not wanted.joins:
        return []
    try:
        config = parsed(dict(wanted.opens), RoomConfiguration(), unknown=True)
    except ParseError:
        config = RoomConfiguration()
    preset = [("Room preset", short(wanted.preset))] if wanted.preset else []
    return [*preset, *_effects(config)]


def _effects(config: RoomConfiguration) -> Iterator[tuple[str, str]]:
    for agent in config.agents:
        yield "Agent", short(agent.agent_name or "the default dispatch (no agent name)")
    if config.HasField("egress"):
        kinds = [field.name for field, _ in config.egress.ListFields()]
        yield "Auto egress", ", ".join(kinds) or "no output"
    if config.max_participants:
        yield "Max participants", thousands(config.max_participants)
    for label, seconds in (
        ("Empty timeout", config.empty_timeout),
        ("Departure timeout", config.departure_timeout),
    ):
        if seconds:
            yield label, duration(timedelta(seconds=seconds))
    if config.min_playout_delay or config.max_playout_delay:
        delay = f"{thousands(config.min_playout_delay)} to {thousands(config.max_playout_delay)} ms"
        yield "Playout delay", delay
    if config.sync_streams:
        yield "Sync audio and video", "on"
    if config.metadata:
        yield "Metadata", short(config.metadata)
    for name, value in config.tags.items():
        yield "Tag", short(f"{name}={value}")
