"""The agent workers of AGENT_WORKERS as a service, for the pages that list services."""

from collections.abc import Sequence
from dataclasses import replace

from app.services.agents.workers.watching import WorkerRow
from app.services.server.capabilities import Capability
from app.services.server.states import Reach
from app.text.formatters import isolated, plural

NAMED = 5  # workers that are named; the page of workers has all of them
WORKERS = Capability(
    "Agent workers",
    Reach.UNKNOWN,
    "",
    how="GET /worker and GET / at each address in AGENT_WORKERS, by this process.",
)


def of_workers(rows: Sequence[WorkerRow]) -> Capability:
    """Return how many workers are well, and name those that aren't."""
    if not rows:
        return replace(WORKERS, text="not checked yet", advice="The dashboard has just started.")
    bad = [row for row in rows if not row.fine]
    jobs = [row.jobs for row in rows if row.jobs is not None]
    text = f"{len(rows) - len(bad)} of {len(rows)} reachable, {plural(sum(jobs), 'active job')}"
    named = [f"{isolated(row.address)}: {row.reason}" for row in bad[:NAMED]]
    more = [f"And {len(bad) - NAMED} more."] if len(bad) > NAMED else []
    reach = Reach.REACHABLE if len(bad) < len(rows) else Reach.UNKNOWN
    return replace(WORKERS, reach=reach, text=text, advice=" ".join(named + more))
