"""What Prometheus reads at /metrics: all workers since they started; labels are bounded."""

import asyncio
import os
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Metric, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from starlette.types import Scope

from app.errors import DashboardError
from app.services.livekit.scope import Call, CallScope
from app.services.webhooks.states import WebhookEvent

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
# A request that matched no route: its path can be anything.
NO_ROUTE = "none"
WEBHOOK_EVENTS = frozenset(WebhookEvent)


class Metrics:
    """The metrics of one process, or of several workers that add theirs up in a folder."""

    def __init__(self, folder: Path | None = None) -> None:
        self.registry = CollectorRegistry()
        self._reported = _of_all(folder) if folder else _of_this(self.registry)
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
            "Time that LiveKit took to answer a call; a shared call counts once",
            ("call", "outcome"),
            buckets=SECONDS,
            registry=self.registry,
        )
        self._kept = Counter(
            "livekit_dashboard_kept_answers",
            "Calls answered from what LiveKit answered within CACHE_SECONDS",
            registry=self.registry,
        )
        self._streams = Gauge(
            "livekit_dashboard_open_streams",
            "Streams of events that are open now; request_seconds doesn't include them",
            registry=self.registry,
            multiprocess_mode="livesum",
        )
        self._refused = Counter(
            "livekit_dashboard_refused_sign_ins",
            "Rejected sign-ins: a wrong user name or password, or too many tries",
            registry=self.registry,
        )

        self._webhooks = Counter(
            "livekit_dashboard_webhooks_received",
            "Webhooks received from LiveKit, duplicates included",
            ("event",),
            registry=self.registry,
        )
        self._refused_webhooks = Counter(
            "livekit_dashboard_webhooks_refused",
            "Webhooks that were not accepted, by reason",
            ("reason",),
            registry=self.registry,
        )

    def observe(self, scope: Scope, status: int, calls: CallScope, seconds: float | None) -> None:
        """Count one response; without `seconds` it is a stream of events that has just started."""
        route = getattr(scope.get("route"), "path", NO_ROUTE)
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        if seconds is None:
            self._streams.inc()
        else:
            self._seconds.labels(route).observe(seconds)
        for call in calls.calls:
            if call.age is not None:
                self._kept.inc()
            elif not call.shared:
                self._calls.labels(call.name, _outcome(call)).observe(call.seconds)
        tried = any(name == b"authorization" for name, _ in scope["headers"])
        if tried and isinstance(scope["state"].get("sign_in"), DashboardError):
            self._refused.inc()

        self._observe_webhook(scope["state"], status)

    def _observe_webhook(self, state: Mapping[str, Any], status: int) -> None:
        """Count a webhook that was kept or refused; any other request has neither."""
        if refused := state.get("webhook_refused"):
            self._refused_webhooks.labels(refused).inc()
        elif status == 200 and (webhook := state.get("webhook")):
            known = webhook.event in WEBHOOK_EVENTS
            self._webhooks.labels(webhook.event if known else "other").inc()

    def stream_ended(self) -> None:
        """Count one open stream less."""
        self._streams.dec()

    def text(self) -> bytes:
        """Return all metrics in Prometheus' text format; call it where the event loop runs."""
        return generate_latest(self._reported)


def _of_this(registry: CollectorRegistry) -> CollectorRegistry:
    """Return the registry, with metrics of the process itself."""
    ProcessCollector(registry=registry)
    tasks = Gauge(
        "livekit_dashboard_tasks",
        "Asyncio tasks that aren't done: requests under way, and the server's own",
        registry=registry,
    )
    tasks.set_function(lambda: len(asyncio.all_tasks()))
    return registry


def _of_all(folder: Path) -> CollectorRegistry:
    """Return a registry that reads what all workers wrote to the folder."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
    registry.register(Processes(folder))
    return registry


class Processes(Collector):
    """Memory, processor time and descriptors of each worker that has a file in the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        """Return what /proc says about them, labeled by pid as prometheus_client does."""
        metrics: dict[str, Metric] = {}
        for pid in sorted({file.stem.rpartition("_")[2] for file in self._folder.glob("*.db")}):
            if not _is_sibling(pid):
                continue
            for metric in ProcessCollector(pid=partial(str, pid), registry=None).collect():
                empty = Metric(metric.name, metric.documentation, metric.type)
                of_all = metrics.setdefault(metric.name, empty)
                for sample in metric.samples:
                    of_all.add_sample(sample.name, {"pid": pid}, sample.value)
        return metrics.values()


def _is_sibling(pid: str) -> bool:
    """Return True for a running worker of the same parent; another process may have its pid."""
    try:
        parts = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return False
    return parts[0] != "Z" and int(parts[1]) == os.getppid()


def _outcome(call: Call) -> str:
    if call.error:
        return type(call.error).__name__
    return (
        "ok" if call.succeeded else "abandoned"
    )  # another call had failed, so nobody waited for it
