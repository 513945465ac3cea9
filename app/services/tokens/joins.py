"""Would a join with this token work: LiveKit itself is asked, without anybody joining.

GET /rtc/validate goes through all that a join goes through before the room is looked at
(livekit-server, service/rtcservice.go and utils.go); the room's own limits are looked up.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from app.config.settings import Settings
from app.errors import LiveKitError
from app.services.livekit import clock as livekit_clock
from app.services.livekit.client import LiveKit
from app.services.livekit.plain import PlainAnswer
from app.services.rooms import participants, rooms
from app.services.rooms.participants import Participant
from app.services.rooms.rooms import Room
from app.services.tokens.powers import UNCOUNTED, Terms, terms
from app.services.tokens.reading import Check, Reading, worst
from app.services.tokens.signing import renewed
from app.services.tokens.states import Verdict
from app.text.formatters import duration, plural, thousands

PROBE = timedelta(minutes=1)
# What LiveKit answers, and what it means; its errors are in service/errors.go and rtc/errors.go.
SAID = {
    "no permissions to access the room": "It has no roomJoin: it is not for joining.",
    "permissions denied": "It has no roomJoin: it is not for joining.",
    "identity cannot be empty": "It names no identity (sub).",
    "no room name": "It names no room.",
    "requested room does not exist": "The room is not open, and this server opens none for whoever "
    "joins (room.auto_create is off). Create it first, or grant roomCreate.",
    "node has exceeded its configured limit": "The node that holds the room takes no more.",
}
NO_MEDIA = Check(
    "Media",
    Verdict.UNKNOWN,
    "Whether sound and picture get through (ports, TURN) only a real join can show.",
)


@dataclass(frozen=True, slots=True)
class Joining:
    """What stands for and against a join, and what LiveKit's clock says."""

    checks: tuple[Check, ...]
    clock: Check | None

    @property
    def verdict(self) -> Verdict:
        """Whether a join fails for certain, may, or nothing is known against it."""
        return worst(tuple(check for check in self.checks if check is not NO_MEDIA))


async def ask(livekit: LiveKit, settings: Settings, reading: Reading, very: str = "") -> Joining:
    """Ask LiveKit about a join.

    A token that is valid is not sent: one with the same claims is, which ends in a minute, because
    LiveKit writes tokens it refuses into its log. `very` is one to send as it is.
    """
    said = terms(reading.claims)
    known = reading.verdict in {Verdict.GOOD, Verdict.NOTE}
    sent = renewed(settings, reading.written, PROBE) if known else very
    answer, room = await asyncio.gather(_validated(livekit, sent), _room(livekit, said, bool(sent)))
    clock = _clock(answer)
    if not sent:
        why = "It is not asked about a token that is not valid, or not known to be."
        if isinstance(answer, LiveKitError):
            why = answer.reason
        return Joining((Check("LiveKit", Verdict.UNKNOWN, why),), clock)
    checks = [_answered(answer, sent)]
    if said.joins and said.room:
        let_in = checks[0].verdict is Verdict.GOOD
        checks += await _inside(livekit, said, room, let_in)
    return Joining((*checks, NO_MEDIA), clock)


async def _validated(livekit: LiveKit, token: str) -> PlainAnswer | LiveKitError:
    try:
        return await livekit.plain("/rtc/validate", token)
    except LiveKitError as error:
        return error


async def _room(livekit: LiveKit, said: Terms, wanted: bool) -> Room | LiveKitError | None:
    if not (wanted and said.joins and said.room):
        return None
    try:
        return next(map(rooms.record, await rooms.listed(livekit, said.room)), None)
    except LiveKitError as error:
        return error


def _answered(answer: PlainAnswer | LiveKitError, token: str) -> Check:
    """Put LiveKit's answer into words; where it says the token back, that is left out."""
    if isinstance(answer, LiveKitError):
        return Check("LiveKit", Verdict.UNKNOWN, answer.reason)
    if answer.status == 200 and answer.text == "success":
        return Check("LiveKit", Verdict.GOOD, "It lets a join with these claims in.")
    if answer.text in SAID:
        return Check("LiveKit", Verdict.BAD, SAID[answer.text])
    text = answer.text.partition(", error: ")[2] if token in answer.text else answer.text
    if answer.status in {400, 401} and text:
        return Check("LiveKit", Verdict.BAD, f"It refuses it: {text[:200]}.")
    return Check("LiveKit", Verdict.UNKNOWN, f"It answered with status {answer.status}, no reason.")


async def _inside(
    livekit: LiveKit, said: Terms, room: Room | LiveKitError | None, let_in: bool
) -> list[Check]:
    """Look at the room: whether it is open, who is in it, and whether there is space for one."""
    if isinstance(room, LiveKitError):
        return [Check("Room", Verdict.UNKNOWN, room.reason)]
    if room is None:
        return _not_open(said) if let_in else []
    try:
        everybody = [participants.record(p) for p in await participants.listed(livekit, room.name)]
    except LiveKitError as error:
        return [Check("Room", Verdict.UNKNOWN, error.reason)]
    here = Check("Room", Verdict.GOOD, f"Open, with {plural(len(everybody), 'participant')}.")
    taken = any(who.identity == said.identity for who in everybody)
    return [here, _identity(taken), *_space(said, everybody, room.max_participants, taken)]


def _not_open(said: Terms) -> list[Check]:
    found = [Check("Room", Verdict.GOOD, "Not open; the first one who joins opens it.")]
    if said.preset:
        unknown = "Whether the server knows the preset shows only when the room is opened."
        found.append(Check("Room preset", Verdict.UNKNOWN, unknown))
    return found


def _identity(taken: bool) -> Check:
    if taken:
        text = "In the room already: that connection is thrown out when this one joins."
        return Check("Identity", Verdict.NOTE, text)
    return Check("Identity", Verdict.GOOD, "Nobody in the room has it.")


def _space(said: Terms, everybody: list[Participant], most: int, taken: bool) -> list[Check]:
    """Compare with the room's limit; who is thrown out makes space (rtc/room.go, Join)."""
    if not most:
        return []
    there = sum(_counts(who) for who in everybody)
    of = f"{thousands(there)} of {thousands(most)} places are taken"
    if not said.counted:
        text = f"{of}; agents, recorders and egress need none."
        return [Check("Space", Verdict.GOOD, text)]
    if there < most:
        return [Check("Space", Verdict.GOOD, f"{of}.")]
    if taken:
        return [Check("Space", Verdict.NOTE, f"{of}; the one with this identity makes way.")]
    return [Check("Space", Verdict.BAD, f"The room is full: {of}.")]


def _counts(who: Participant) -> bool:
    return who.kind not in UNCOUNTED and not (who.permissions.agent or who.permissions.recorder)


def _clock(answer: PlainAnswer | LiveKitError) -> Check | None:
    """Compare LiveKit's clock with this one, by which a token is made and was judged here."""
    apart = None if isinstance(answer, LiveKitError) else livekit_clock.clock(answer)
    if apart is None:
        return None
    if apart.agrees:
        return Check("Clock", Verdict.GOOD, "LiveKit's clock agrees with this one.")
    word = "ahead of" if apart.ahead else "behind"
    text = f"LiveKit's clock is {duration(apart.farthest)} {word} this one, or a little less."
    if apart.farthest < livekit_clock.LEEWAY:
        return Check("Clock", Verdict.NOTE, f"{text} It forgives a minute.")
    return Check("Clock", Verdict.BAD, f"{text} It judges tokens by its own: set both right.")
