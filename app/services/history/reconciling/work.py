"""Egress and ingress compared with LiveKit's lists."""

from collections.abc import Iterable

from livekit.api import EgressInfo, IngressInfo
from livekit.protocol import ingress

from app.services.history.projecting.merging import merged
from app.services.history.projecting.work_facts import egress_report, ingress_report
from app.services.history.reconciling.comparing import FRESH, Comparison, ended, missing
from app.services.history.rows import Row, key_of, loaded
from app.services.recordings.rows import save_recordings
from app.store.schema import EGRESS_JOBS, INGRESS_RUNS

SENDING = {
    ingress.IngressState.Status.ENDPOINT_BUFFERING,
    ingress.IngressState.Status.ENDPOINT_PUBLISHING,
}
ALIVE = ("ENDPOINT_BUFFERING", "ENDPOINT_PUBLISHING")


def compare_egress(comparison: Comparison, infos: Iterable[EgressInfo]) -> None:
    """Take in what LiveKit lists of jobs, and close those that it has forgotten."""
    reports = {
        row["egress_id"]: row
        for row in (
            egress_report(comparison.server, info, {"status": info.status}, comparison.now)
            for info in infos
        )
        if row["egress_id"]
    }
    before = comparison.open_rows(EGRESS_JOBS, "ended_at")
    keys = {key_of(EGRESS_JOBS, row) for row in reports.values()}
    before |= loaded(comparison.connection, EGRESS_JOBS, keys - before.keys())
    after = dict(before)
    for row in reports.values():
        key = key_of(EGRESS_JOBS, row)
        known = before.get(key)
        after[key] = merged(EGRESS_JOBS.name, known or row, row) | {"missing_since": None}
        _count(comparison, "egress", known, after[key])
    for key, row in before.items():
        if row["egress_id"] in comparison.listed.gone and row["ended_at"] is None:
            after[key] = missing(comparison, row, lambda row: _lost(comparison, "egress", row))
    changed = comparison.save(EGRESS_JOBS, before, after)
    save_recordings(comparison.connection, changed, comparison.now)


def compare_ingress(comparison: Comparison, infos: Iterable[IngressInfo]) -> None:
    """Take in what LiveKit lists of ingresses, and close the runs that nobody sends to."""
    before = comparison.open_rows(INGRESS_RUNS, "ended_at")
    reports = {}
    for info in infos:
        json_object = {"inputType": info.input_type, "state": {"status": info.state.status}}
        row = ingress_report(comparison.server, info, json_object, comparison.now)
        key = key_of(INGRESS_RUNS, row)
        if info.state.started_at and (info.state.status in SENDING or key in before):
            reports[key] = row
    before |= loaded(comparison.connection, INGRESS_RUNS, reports.keys() - before.keys())
    after = dict(before)
    for key, row in reports.items():
        known = before.get(key)
        after[key] = merged(INGRESS_RUNS.name, known or row, row)
        if row["status"] in ALIVE or row["ended_at"] is not None:
            after[key] |= {"missing_since": None}
        _count(comparison, "ingress", known, after[key])
    for key, row in after.items():
        listed = reports.get(key)
        alive = listed is not None and listed["status"] in ALIVE
        if row["ended_at"] is None and not alive and not _fresh(comparison, row):
            after[key] = missing(comparison, row, lambda row: _lost(comparison, "ingress", row))
    comparison.save(INGRESS_RUNS, before, after)


def _fresh(comparison: Comparison, row: Row) -> bool:
    return bool(row["updated_at"] > comparison.listed.began - FRESH)


def _count(comparison: Comparison, kind: str, known: Row | None, row: Row) -> None:
    if known is None:
        comparison.repaired[f"{kind}.opened"] += 1
    elif known["ended_at"] is None and row["ended_at"] is not None:
        comparison.repaired[f"{kind}.closed"] += 1
    elif known["ended_at"] is not None and row["ended_at"] is None:
        comparison.repaired[f"{kind}.reopened"] += 1


def _lost(comparison: Comparison, kind: str, row: Row) -> Row:
    comparison.repaired[f"{kind}.closed"] += 1
    return ended(row, "ended", row["missing_since"], row["updated_at"])
