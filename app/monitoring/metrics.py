"""What Prometheus reads at /metrics: all workers since their start; labels are bounded."""

import asyncio
import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Metric, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from starlette.types import Scope

from app.errors import DashboardError
from app.services.livekit.scope import Call, CallScope

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
# What no route took; its path is whatever somebody typed.
NO_ROUTE = "none"


class Metrics:
    """The figures of one process, or of several workers that add theirs up in a folder."""

    def __init__(self, folder: Path | None = None) -> None:
        self.registry = CollectorRegistry()
        self._told = _of_all(folder) if folder else _of_this(self.registry)
        self._requests = Counter(
            "livekit_dashboard_requests",
            "Requests answered",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "livekit_dashboard_request_seconds",
            "Time to answer a request",
            ("route",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self._calls = Histogram(
            "livekit_dashboard_livekit_call_seconds",
            "Time that LiveKit took to answer a call; shared ones count once",
            ("call", "outcome"),
            buckets=SECONDS,
            registry=self.registry,
        )
        self._kept = Counter(
            "livekit_dashboard_kept_answers",
            "Questions answered by what LiveKit told within CACHE_SECONDS",
            registry=self.registry,
        )
        self._refused = Counter(
            "livekit_dashboard_refused_sign_ins",
            "Sign-ins refused: a wrong name or password, or too many tries",
            registry=self.registry,
        )

    def observe(self, scope: Scope, status: int, calls: CallScope, seconds: float) -> None:
        """Count one request that was answered."""
        route = getattr(scope.get("route"), "path", NO_ROUTE)
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
        for call in calls.calls:
            if call.age is not None:
                self._kept.inc()
            elif not call.shared:
                self._calls.labels(call.name, _outcome(call)).observe(call.seconds)
        tried = any(name == b"authorization" for name, _ in scope["headers"])
        if tried and isinstance(scope["state"].get("sign_in"), DashboardError):
            self._refused.inc()

    def text(self) -> bytes:
        """Give all figures in Prometheus' text format; to be called where the event loop runs."""
        return generate_latest(self._told)


def _of_this(registry: CollectorRegistry) -> CollectorRegistry:
    """Give the registry, with what is known of this process besides."""
    ProcessCollector(registry=registry)
    tasks = Gauge(
        "livekit_dashboard_tasks",
        "Asyncio tasks that are not done: requests under way, and what the server itself runs",
        registry=registry,
    )
    tasks.set_function(lambda: len(asyncio.all_tasks()))
    return registry


def _of_all(folder: Path) -> CollectorRegistry:
    """Give a registry that reads what all workers left in the folder."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
    registry.register(Processes(folder))
    return registry


class Processes(Collector):
    """Memory, processor time and descriptors of each worker that has a file in the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        """Give what /proc says of them, by pid, as prometheus_client names what it cannot add."""
        found: dict[str, Metric] = {}
        for pid in sorted({file.stem.rpartition("_")[2] for file in self._folder.glob("*.db")}):
            if not _is_sibling(pid):
                continue
            for metric in ProcessCollector(pid=partial(str, pid), registry=None).collect():
                empty = Metric(metric.name, metric.documentation, metric.type)
                kept = found.setdefault(metric.name, empty)
                for sample in metric.samples:
                    kept.add_sample(sample.name, {"pid": pid}, sample.value)
        return found.values()


def _is_sibling(pid: str) -> bool:
    """Whether a process runs, and is a worker beside this one; its number may be another's now."""
    try:
        parts = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return False
    return parts[0] != "Z" and int(parts[1]) == os.getppid()


def _outcome(call: Call) -> str:
    if call.error:
        return type(call.error).__name__
    return "ok" if call.succeeded else "abandoned"  # nobody waited for it: another call had failed
