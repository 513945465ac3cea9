"""Egress jobs that failed or lost their room, and ingresses in error."""

from datetime import datetime, timedelta

from app.errors import LiveKitError
from app.services.egress import jobs
from app.services.egress.errors import UNKNOWN
from app.services.egress.states import EgressStatus
from app.services.explanations import Explanation
from app.services.ingress import ingresses
from app.services.ingress.states import IngressStatus
from app.services.server.attention.findings import Check, Finding, Problem, Target
from app.services.server.attention.snapshot import Snapshot
from app.services.server.attention.unread import Found, cut, unread
from app.services.server.states import Part, Severity
from app.text.formatters import isolated, plural

# A room that closes ends its jobs within seconds, and the lists are read at the same time.
SETTLED = timedelta(seconds=10)
ORPHANED = "The room has closed but LiveKit still reports the job as running. Stop it."


def check_egress(seen: Snapshot, now: datetime) -> Found:
    """Report failed jobs, which LiveKit lists for 24 h, and running ones without their room."""
    if isinstance(seen.egress, LiveKitError):
        return unread(Part.EGRESS, seen.egress, alone=not isinstance(seen.rooms, LiveKitError))
    found = []
    failed = [info for info in seen.egress if jobs.status_of(info) is EgressStatus.FAILED]
    if failed:
        newest = max(failed, key=lambda info: (info.ended_at or info.updated_at, info.egress_id))
        job = jobs.record(newest)
        finding = Finding(
            Severity.FAILED,
            f"{plural(len(failed), 'egress job')} failed",
            _why(job.explanation, job.error, job.room),
            Target(Problem.EGRESS_FAILED, job.id if len(failed) == 1 else ""),
            since=job.ended or job.updated,
        )
        found.append(finding)
    orphaned = _orphaned(seen, now)
    if orphaned:
        job, one = orphaned[0], len(orphaned) == 1
        finding = Finding(
            Severity.WARNING,
            f"{plural(len(orphaned), 'egress job is', 'egress jobs are')} orphaned",
            f"{ORPHANED}{_in_room(job.room) if one else ''}",
            Target(Problem.EGRESS_ORPHANED, job.id if one else ""),
            since=job.started,
        )
        found.append(finding)
    return Check(Part.EGRESS), found


def check_ingress(seen: Snapshot) -> Found:
    """Report ingresses whose last session ended with an error."""
    if isinstance(seen.ingress, LiveKitError):
        return unread(Part.INGRESS, seen.ingress, alone=not isinstance(seen.rooms, LiveKitError))
    failed = [i for i in seen.ingress if ingresses.status_of(i) is IngressStatus.ERROR]
    if not failed:
        return Check(Part.INGRESS), []
    info = max(failed, key=lambda info: (info.state.updated_at, info.ingress_id))
    newest, one = ingresses.record(info), len(failed) == 1
    finding = Finding(
        Severity.FAILED,
        "is in error" if one else f"{len(failed):,} ingresses are in error",
        _why(newest.explanation, newest.error, newest.room),
        Target(Problem.INGRESS_ERROR, newest.id if one else ""),
        "Ingress" if one else "",
        newest.label if one else "",
        newest.ended or newest.updated,
    )
    return Check(Part.INGRESS), [finding]


def _why(explanation: Explanation | None, error: str, room: str) -> str:
    """Return what the error means, or else the error, and the room."""
    if explanation is None or explanation is UNKNOWN:
        reason = cut(error) or "LiveKit reports no reason."
    else:
        reason = explanation.meaning
    return f"{reason}{_in_room(room)}"


def _in_room(room: str) -> str:
    return f" Room {isolated(room)}." if room else ""


def _orphaned(seen: Snapshot, now: datetime) -> list[jobs.Job]:
    """Return the active jobs whose room has closed, newest first."""
    if isinstance(seen.rooms, LiveKitError) or isinstance(seen.egress, LiveKitError):
        return []
    sids = {room.name: room.sid for room in seen.rooms}
    active = [info for info in seen.egress if jobs.status_of(info) is EgressStatus.ACTIVE]
    found = [
        (job.started, job.id, job)
        for job in map(jobs.record, active)
        if job.started and now - job.started > SETTLED and jobs.is_orphaned(job, sids)
    ]
    return [job for *_, job in sorted(found, key=lambda each: each[:2], reverse=True)]
