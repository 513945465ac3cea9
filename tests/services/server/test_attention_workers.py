"""What needs attention among the agent workers, and what is said of them as a service."""

from datetime import timedelta

from app.config.agents import WorkerAddress
from app.services.agents.states import JobType, WorkerStatus
from app.services.agents.workers.asking import Answer
from app.services.agents.workers.reading import Said
from app.services.agents.workers.watching import WorkerRow, row_of
from app.services.server.attention.attention import attention
from app.services.server.attention.findings import Finding, Problem, Target
from app.services.server.states import Coverage, Part, Reach, Severity
from app.services.server.workers import of_workers
from tests.services.server.snapshots import NOW, seen

SAID = Said("helper", JobType.ROOM, 3, 0.5, "1.8.9", "")


def worker(host: str, status: WorkerStatus, minutes: int = 0, reason: str = "") -> WorkerRow:
    """Return a worker that was asked so many minutes ago for the first time."""
    known = SAID if status in {WorkerStatus.REACHABLE, WorkerStatus.UNHEALTHY} else None
    answer = Answer(status, reason, NOW - timedelta(minutes=minutes), known)
    return row_of(WorkerAddress(f"http://{host}"), answer)


def found(*rows: WorkerRow) -> tuple[Finding, ...]:
    """Return the findings about these workers on a server without other problems."""
    return attention(seen(), NOW, workers=rows).findings


def test_without_the_setting_nothing_is_checked() -> None:
    checks = attention(seen(), NOW).checks
    assert Part.WORKERS not in {check.part for check in checks}


def test_before_the_first_round_it_is_not_checked() -> None:
    result = attention(seen(), NOW, workers=())
    assert result.coverage(Part.WORKERS) is Coverage.NONE
    assert not result.all_clear


def test_workers_that_are_well_are_all_clear() -> None:
    result = attention(seen(), NOW, workers=[worker("a", WorkerStatus.REACHABLE)])
    assert result.coverage(Part.WORKERS) is Coverage.COMPLETE
    assert result.all_clear


def test_one_is_named_with_its_reason_and_since_when() -> None:
    down = worker("a", WorkerStatus.UNREACHABLE, 5, "Connection refused.")
    (finding,) = found(down, worker("b", WorkerStatus.REACHABLE))
    assert finding == Finding(
        Severity.FAILED,
        "is unreachable",
        "Connection refused.",
        Target(Problem.WORKER_DOWN),
        "Agent worker",
        "a",
        NOW - timedelta(minutes=5),
    )
    (finding,) = found(worker("a", WorkerStatus.UNHEALTHY, 0, "Health check: no."))
    assert (finding.what, finding.why) == ("is unhealthy", "Agent helper. Health check: no.")


def test_several_are_one_line() -> None:
    down = [worker(f"h{n}", WorkerStatus.UNREACHABLE, n, "No.") for n in range(5)]
    (finding,) = found(*down)
    assert finding.what == "5 agent workers are down"
    assert finding.why == "h0, h1, h2 and 2 more."
    assert (finding.items, finding.since) == (5, NOW - timedelta(minutes=4))


def test_what_is_no_worker_is_a_warning_of_its_own() -> None:
    failed, warned = found(
        worker("a", WorkerStatus.FOREIGN, 0, "GET /worker: status 404."),
        worker("b", WorkerStatus.UNAUTHORIZED, 0, "GET /worker: status 401."),
        worker("c", WorkerStatus.UNREACHABLE, 0, "No."),
    )
    assert (failed.severity, failed.name) == (Severity.FAILED, "c")
    assert (warned.severity, warned.what) == (
        Severity.WARNING,
        "2 agent workers can't be checked",
    )


def test_as_a_service_the_bad_ones_are_named() -> None:
    rows = [worker(f"h{n}", WorkerStatus.UNREACHABLE, 0, "No.") for n in range(7)]
    service = of_workers([*rows, worker("a", WorkerStatus.REACHABLE)])
    assert service.reach is Reach.REACHABLE
    assert service.text == "1 of 8 reachable, 3 active jobs"
    assert service.advice == "h0: No. h1: No. h2: No. h3: No. h4: No. And 2 more."
    assert of_workers(rows).reach is Reach.UNKNOWN
    assert of_workers(()).text == "not checked yet"
