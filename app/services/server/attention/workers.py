"""Agent workers of AGENT_WORKERS that don't respond, or aren't well."""

from collections.abc import Sequence

from app.services.agents.states import WorkerStatus
from app.services.agents.workers.watching import WorkerRow
from app.services.server.attention.findings import Check, Finding, Problem, Target
from app.services.server.attention.unread import Found, cut
from app.services.server.states import Coverage, Part, Severity
from app.services.sip.routing.trunk_match import few
from app.text.formatters import isolated

DOWN = frozenset({WorkerStatus.UNREACHABLE, WorkerStatus.UNHEALTHY})
NOT_YET = "the dashboard has just started"
ONE = {
    WorkerStatus.UNREACHABLE: "is unreachable",
    WorkerStatus.UNHEALTHY: "is unhealthy",
    WorkerStatus.UNAUTHORIZED: "requires other credentials",
    WorkerStatus.FOREIGN: "doesn't respond as a worker does",
}


def check_workers(workers: Sequence[WorkerRow]) -> Found:
    """Report the workers that are down, and the addresses at which none can be checked."""
    if not workers:
        return Check(Part.WORKERS, Coverage.NONE, NOT_YET), []
    down = [row for row in workers if row.status in DOWN]
    unknown = [row for row in workers if not row.fine and row.status not in DOWN]
    found = _finding(Severity.FAILED, down, "agent workers are down")
    found += _finding(Severity.WARNING, unknown, "agent workers can't be checked")
    return Check(Part.WORKERS), found


def _finding(severity: Severity, rows: Sequence[WorkerRow], many: str) -> list[Finding]:
    if not rows:
        return []
    since = min(row.failing_since for row in rows if row.failing_since)
    target = Target(Problem.WORKER_DOWN)
    if len(rows) > 1:
        why = f"{few([row.address for row in rows])}."
        what = f"{len(rows):,} {many}"
        return [Finding(severity, what, why, target, since=since, items=len(rows))]
    (row,) = rows
    name = f"Agent {isolated(row.agent_name)}. " if row.agent_name else ""
    why = cut(f"{name}{row.reason}")
    subject = "Agent worker"
    return [Finding(severity, ONE[row.status], why, target, subject, row.address, since)]
