"""What Prometheus reads at /metrics: this process since its start; labels are bounded."""

import asyncio

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector
from starlette.types import Scope

from app.errors import DashboardError
from app.services.livekit import Call, Ledger

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
# What no route took; its path is whatever somebody typed.
NO_ROUTE = "none"


class Metrics:
    """The figures of one dashboard process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
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
        self._refused = Counter(
            "livekit_dashboard_refused_sign_ins",
            "Sign-ins refused: a wrong name or password, or too many tries",
            registry=self.registry,
        )
        tasks = Gauge(
            "livekit_dashboard_tasks",
            "Asyncio tasks that are not done: requests under way, and what the server itself runs",
            registry=self.registry,
        )
        tasks.set_function(lambda: len(asyncio.all_tasks()))

    def observe(self, scope: Scope, status: int, ledger: Ledger, seconds: float) -> None:
        """Count one request that was answered."""
        route = getattr(scope.get("route"), "path", NO_ROUTE)
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
        for call in ledger.calls:
            if not call.shared:
                self._calls.labels(call.name, _outcome(call)).observe(call.seconds)
        tried = any(name == b"authorization" for name, _ in scope["headers"])
        if tried and isinstance(scope["state"].get("sign_in"), DashboardError):
            self._refused.inc()

    def text(self) -> bytes:
        """Give all figures in Prometheus' text format; to be called where the event loop runs."""
        return generate_latest(self.registry)


def _outcome(call: Call) -> str:
    if call.error:
        return type(call.error).__name__
    return "ok" if call.succeeded else "abandoned"  # nobody waited for it: another call had failed
