"""Check whether joining with a token would work, by asking LiveKit without joining.

GET /rtc/validate makes every check of a join that precedes the room (livekit-server,
service/rtcservice.go and utils.go); the limits of the room are compared here.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from app.config.settings import Settings
from app.errors import LiveKitError
from app.services.livekit.client import LiveKit
from app.services.livekit.plain import PlainAnswer
from app.services.rooms import participants, rooms
from app.services.rooms.participants import Participant
from app.services.rooms.rooms import Room
from app.services.server import clock as livekit_clock
from app.services.tokens.checks import Check, worst
from app.services.tokens.powers import UNCOUNTED, Terms, terms
from app.services.tokens.reading import Reading
from app.services.tokens.signing import renewed
from app.services.tokens.states import Verdict
from app.text.formatters import duration, plural, seconds, thousands

PROBE = timedelta(minutes=1)
NO_GRANT = "The token has no roomJoin grant."
# LiveKit's answers and what they mean; its errors: service/errors.go and rtc/errors.go.
REASONS = {
    "no permissions to access the room": NO_GRANT,
    "permissions denied": NO_GRANT,
    "identity cannot be empty": "The token has no identity (sub).",
    "no room name": "The token names no room.",
    "requested room does not exist": "The room does not exist, and this server doesn't create "
    "rooms on join (room.auto_create is off). Create the room first, or grant roomCreate.",
    "node has exceeded its configured limit": "The node is at capacity.",
}
NO_MEDIA = Check(
    "Media",
    Verdict.UNKNOWN,
    "Not tested: only a real connection shows whether audio and video get through (ports, TURN).",
)


@dataclass(frozen=True, slots=True)
class Joining:
    """The checks of a join, and the check of LiveKit's clock."""

    checks: tuple[Check, ...]
    clock: Check | None

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of the checks; media, which is never tested, doesn't count."""
        return worst(tuple(check for check in self.checks if check is not NO_MEDIA))


async def ask(
    livekit: LiveKit, settings: Settings, reading: Reading, *, send: bool = False
) -> Joining:
    """Ask LiveKit about a join.

    A valid token is not sent: one with the same claims and one minute to live is, because LiveKit
    logs the tokens that it rejects. With `send`, a token that only LiveKit can verify is sent.
    """
    wanted = terms(reading.claims)
    token = _probe(settings, reading, send)
    answer, room = await asyncio.gather(
        _validated(livekit, token), _room(livekit, wanted, bool(token))
    )
    clock = _clock(answer)
    if not token:
        reason = "Not asked: the token is invalid, or its signature cannot be verified here."
        if isinstance(answer, LiveKitError):
            reason = answer.reason
        return Joining((Check("LiveKit", Verdict.UNKNOWN, reason),), clock)
    checks = [_answered(answer, token)]
    if wanted.joins and wanted.room:
        accepted = checks[0].verdict is Verdict.GOOD
        checks += await _in_room(livekit, wanted, room, accepted)
    return Joining((*checks, NO_MEDIA), clock)


def _probe(settings: Settings, reading: Reading, send: bool) -> str:
    """Return the token to ask LiveKit about, or an empty text for none."""
    if reading.verdict in {Verdict.GOOD, Verdict.NOTE}:
        return renewed(settings, reading.written, PROBE)
    return reading.token if send and reading.verdict is Verdict.UNKNOWN else ""


async def _validated(livekit: LiveKit, token: str) -> PlainAnswer | LiveKitError:
    try:
        return await livekit.plain("/rtc/validate", token)
    except LiveKitError as error:
        return error


async def _room(livekit: LiveKit, wanted: Terms, ask: bool) -> Room | LiveKitError | None:
    if not (ask and wanted.joins and wanted.room):
        return None
    try:
        return next(map(rooms.record, await rooms.listed(livekit, wanted.room)), None)
    except LiveKitError as error:
        return error


def _answered(answer: PlainAnswer | LiveKitError, token: str) -> Check:
    """Translate LiveKit's answer; a token that it repeats is left out."""
    if isinstance(answer, LiveKitError):
        return Check("LiveKit", Verdict.UNKNOWN, answer.reason)
    if answer.status == 200 and answer.text == "success":
        return Check("LiveKit", Verdict.GOOD, "Accepts a join with these claims.")
    if answer.text in REASONS:
        return Check("LiveKit", Verdict.BAD, REASONS[answer.text])
    text = answer.text.partition(", error: ")[2] if token in answer.text else answer.text
    if answer.status in {400, 401} and text:
        return Check("LiveKit", Verdict.BAD, f"Rejects it: {text[:200]}.")
    text = f"Answered with status {answer.status} and no reason."
    return Check("LiveKit", Verdict.UNKNOWN, text)


async def _in_room(
    livekit: LiveKit, wanted: Terms, room: Room | LiveKitError | None, accepted: bool
) -> list[Check]:
    """Check the room: whether it is open, who is in it, and whether it has a free place."""
    if isinstance(room, LiveKitError):
        return [Check("Room", Verdict.UNKNOWN, room.reason)]
    if room is None:
        return _not_open(wanted) if accepted else []
    try:
        present = [participants.record(p) for p in await participants.listed(livekit, room.name)]
    except LiveKitError as error:
        return [Check("Room", Verdict.UNKNOWN, error.reason)]
    taken = any(participant.identity == wanted.identity for participant in present)
    return [
        Check("Room", Verdict.GOOD, f"Open, with {plural(len(present), 'participant')}."),
        *_room_options(wanted),
        _identity(taken),
        *_capacity(wanted, present, room.max_participants, taken),
    ]


def _not_open(wanted: Terms) -> list[Check]:
    checks = [Check("Room", Verdict.GOOD, "Not open; the first participant who joins opens it.")]
    if wanted.preset:
        text = "Unknown until the room opens: LiveKit doesn't list its presets."
        checks.append(Check("Room preset", Verdict.UNKNOWN, text))
    return checks


def _room_options(wanted: Terms) -> Iterator[Check]:
    """Warn about the options of an open room: LiveKit applies them only when it opens one.

    Source: livekit-server, service/roomallocator.go, CreateRoom; tried.
    """
    if wanted.opens or wanted.preset:
        text = (
            "The room is already open, so the token's agents, egress, timeouts and limits don't "
            "apply. Dispatch agents and start egress from the room's page."
        )
        yield Check("Room options", Verdict.NOTE, text)


def _identity(taken: bool) -> Check:
    if taken:
        text = "Already in the room: the existing participant will be disconnected."
        return Check("Identity", Verdict.NOTE, text)
    return Check("Identity", Verdict.GOOD, "Not in use in the room.")


def _capacity(wanted: Terms, present: list[Participant], most: int, taken: bool) -> list[Check]:
    """Compare with max participants; a replaced participant frees a place (rtc/room.go, Join)."""
    if not most:
        return []
    counted = sum(map(_counts, present))
    used = f"{thousands(counted)} of {thousands(most)} places used"
    if not wanted.counted:
        text = f"{used}; agents, recorders and egress aren't counted."
        return [Check("Capacity", Verdict.GOOD, text)]
    if counted < most:
        return [Check("Capacity", Verdict.GOOD, f"{used}.")]
    if taken:
        text = f"{used}; replacing the participant with this identity frees one."
        return [Check("Capacity", Verdict.NOTE, text)]
    return [Check("Capacity", Verdict.BAD, f"The room is full: {used}.")]


def _counts(participant: Participant) -> bool:
    permissions = participant.permissions
    return participant.kind not in UNCOUNTED and not (permissions.agent or permissions.recorder)


def _clock(answer: PlainAnswer | LiveKitError) -> Check | None:
    """Compare LiveKit's clock with the dashboard's, which signs and checks tokens here."""
    apart = None if isinstance(answer, LiveKitError) else livekit_clock.clock(answer)
    if apart is None:
        return None
    if apart.agrees:
        return Check("Clock", Verdict.GOOD, f"In sync to within {seconds(apart.farthest)}.")
    side = "ahead of" if apart.ahead else "behind"
    text = f"LiveKit's clock is up to {duration(apart.farthest)} {side} the dashboard's."
    if apart.farthest < livekit_clock.LEEWAY:
        return Check("Clock", Verdict.NOTE, f"{text} LiveKit tolerates one minute.")
    return Check("Clock", Verdict.BAD, f"{text} Synchronize both by NTP.")
