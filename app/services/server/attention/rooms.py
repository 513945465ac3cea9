"""Full rooms, and dispatches that no worker accepted."""

from app.errors import LiveKitError
from app.services.agents.states import AgentStatus
from app.services.rooms import rooms
from app.services.server.attention.findings import Check, Finding, Problem, Target
from app.services.server.attention.snapshot import Snapshot
from app.services.server.attention.unread import Found, unread
from app.services.server.states import Coverage, Part, Severity
from app.services.sip.routing.trunk_match import few
from app.text.formatters import isolated, plural

ONE_AT_A_TIME = "LiveKit lists them one room at a time"


def check_rooms(seen: Snapshot) -> Found:
    """Report rooms that have reached their maximum, by LiveKit's own count."""
    if isinstance(seen.rooms, LiveKitError):
        return unread(Part.ROOMS, seen.rooms, alone=False)
    full = [room for room in seen.rooms if rooms.is_full(room)]
    full.sort(key=lambda room: (-room.num_participants, room.name))
    if not full:
        return Check(Part.ROOMS), []
    if len(full) > 1:
        what = f"{plural(len(full), 'room')} are full"
        why = f"{few([room.name for room in full])}."
        finding = Finding(Severity.WARNING, what, why, Target(Problem.ROOM_FULL))
    else:
        (room,) = full
        why = f"{room.num_participants:,} of {room.max_participants:,} participants."
        target = Target(Problem.ROOM_FULL, room.name)
        finding = Finding(Severity.WARNING, "is full", why, target, "Room", room.name)
    return Check(Part.ROOMS), [finding]


def check_dispatches(seen: Snapshot) -> Found:
    """Report the dispatches without a worker in the rooms that were checked for them."""
    if isinstance(seen.rooms, LiveKitError):
        return unread(Part.DISPATCHES, seen.rooms, alone=False)
    lists = [rows for rows in seen.dispatches.values() if not isinstance(rows, LiveKitError)]
    check = _covered(seen, len(lists), len(seen.rooms))
    untaken = [row for rows in lists for row in rows if row.status is AgentStatus.UNTAKEN]
    if not untaken:
        return check, []
    newest = max(untaken, key=lambda row: (row.since is not None, row.since, row.dispatch))
    who = f"Agent {isolated(newest.agent_name)}" if newest.agent_name else "An agent without a name"
    one = Target(Problem.DISPATCH_UNTAKEN, newest.dispatch, newest.room)
    finding = Finding(
        Severity.FAILED,
        f"{plural(len(untaken), 'dispatch has', 'dispatches have')} no worker",
        f"{who}, room {isolated(newest.room)}. No worker accepted it.",
        one if len(untaken) == 1 else Target(Problem.DISPATCH_UNTAKEN),
        since=newest.since,
    )
    return check, [finding]


def _covered(seen: Snapshot, done: int, total: int) -> Check:
    if done == total:
        return Check(Part.DISPATCHES)
    errors = [error for error in seen.dispatches.values() if isinstance(error, LiveKitError)]
    reason = errors[0].title if errors else ONE_AT_A_TIME
    return Check(Part.DISPATCHES, Coverage.PARTIAL if done else Coverage.NONE, reason, done, total)
