"""What needs attention, by what LiveKit reports; pure functions over one `Snapshot`.

A part that couldn't be read counts as not checked, never as free of problems.
"""

from collections.abc import Sequence
from datetime import datetime

from app.services.agents.workers.watching import WorkerRow
from app.services.server.attention.clock import check_clock
from app.services.server.attention.findings import Attention
from app.services.server.attention.media import check_egress, check_ingress
from app.services.server.attention.rooms import check_dispatches, check_rooms
from app.services.server.attention.snapshot import Snapshot
from app.services.server.attention.telephony import check_rules, check_trunks
from app.services.server.attention.webhooks import Heard, check_webhooks
from app.services.server.attention.workers import check_workers
from app.services.server.states import Severity


def attention(
    seen: Snapshot,
    now: datetime,
    heard: Heard | None = None,
    workers: Sequence[WorkerRow] | None = None,
) -> Attention:
    """Return all that needs attention, failures first, and what was checked for it.

    `heard` is what was received of webhooks; None if that can't be known. `workers` are those of
    AGENT_WORKERS; None without that setting.
    """
    results = (
        check_rooms(seen),
        check_egress(seen, now),
        check_ingress(seen),
        check_dispatches(seen),
        check_trunks(seen),
        check_rules(seen),
        check_clock(seen),
        *([check_webhooks(seen, heard, now)] if heard else []),
        *([] if workers is None else [check_workers(workers)]),
    )
    findings = [finding for _, found in results for finding in found]
    findings.sort(key=lambda finding: finding.severity is not Severity.FAILED)
    return Attention(tuple(findings), tuple(check for check, _ in results))
