"""Actions on several participants of a room: what is chosen, and each step of the action."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from app.services.audit.changes import between
from app.services.lists import Ask
from app.services.livekit.client import LiveKit
from app.services.livekit.differences import Difference
from app.services.rooms import moderation, participants
from app.services.rooms.participants import listed
from app.services.rooms.people import LISTING, Person, Wanted, person, shown
from app.services.rooms.tracks import Published
from app.text.natural import natural


async def named(livekit: LiveKit, room: str, identities: Sequence[str]) -> list[Person]:
    """Return those of the participants that are in the room, who publishes first."""
    wanted = set(identities)
    present = await listed(livekit, room) if wanted else ()
    return _in_order(person(who) for who in present if who.identity in wanted)


async def matching(livekit: LiveKit, room: str, q: str, wanted: Wanted) -> list[Person]:
    """Return all participants that match, without observers of the dashboard, publishers first."""
    present = shown(await listed(livekit, room))
    return _in_order(map(person, LISTING.matching(present, Ask(q), wanted)))


def _in_order(chosen: Iterable[Person]) -> list[Person]:
    return sorted(chosen, key=lambda who: (not who.tracks, natural(who.label), who.sid))


def microphones(who: Person, *, muted: bool) -> list[Published]:
    """Return the participant's microphone tracks that are muted, or that aren't."""
    tracks = who.tracks
    return [track for track in tracks if track.what == "microphone" and track.muted == muted]


async def mute(livekit: LiveKit, room: str, who: Person) -> tuple[Difference, ...]:
    """Mute each microphone of the participant, and return what was changed.

    Raises NotFound, if it left or ended one.
    """
    before = {}
    for track in microphones(who, muted=False):
        was = await moderation.mute(livekit, room, who.identity, track.sid, True)
        before[track.sid] = was.muted
    return between({"muted": before}, {"muted": dict.fromkeys(before, True)}, who.identity)


async def unmute(livekit: LiveKit, room: str, who: Person) -> tuple[Difference, ...]:
    """Ask the client to unmute each microphone. Raises NotFound, and Unsupported.

    Returns nothing as changed, because whether the client does it isn't known.
    """
    for track in microphones(who, muted=True):
        await moderation.mute(livekit, room, who.identity, track.sid, False)
    return ()


async def permit(
    livekit: LiveKit, room: str, who: Person, changes: Mapping[str, Any]
) -> tuple[Difference, ...]:
    """Change some of the permissions, and keep all others as they are now.

    Returns what was changed. Raises NotFound.
    """
    current = (await participants.get(livekit, room, who.identity)).permissions
    changed = replace(current, **changes)
    if changed != current:
        await moderation.permit(livekit, room, who.identity, changed)
    return between(asdict(current), changes, who.identity)
