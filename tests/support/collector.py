"""Another backend of OpenTelemetry: takes OTLP over HTTP, and answers as planned."""

import gzip
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.support.serving import Quiet, Serving

REQUESTS: dict[str, Any] = {
    "/v1/traces": ExportTraceServiceRequest,
    "/v1/logs": ExportLogsServiceRequest,
    "/v1/metrics": ExportMetricsServiceRequest,
}


class Arrived(NamedTuple):
    """A request: its path, its headers by lower-case name, and the message."""

    path: str
    headers: dict[str, str]
    message: Any


@dataclass
class Planned:
    """How to answer: a status, headers, and what to do before."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False  # end the connection without an answer
    hold: threading.Event | None = None  # answer once it is set


class Leaving(ThreadingHTTPServer):
    """Ends without waiting for those whose answer is held."""

    daemon_threads = True


class Collector(Serving):
    """Listens on a free loopback port; `plan` has the next answers, then all are 200."""

    def __init__(self, port: int = 0) -> None:
        self.arrived: list[Arrived] = []
        self.plan: list[Planned] = []
        collector = self

        class Handler(Quiet, BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = gzip.decompress(self.rfile.read(int(self.headers["Content-Length"])))
                message = REQUESTS[self.path]()
                message.ParseFromString(body)
                headers = self.lowered
                collector.arrived.append(Arrived(self.path, headers, message))
                planned = collector.plan.pop(0) if collector.plan else Planned()
                if planned.hold:
                    planned.hold.wait(60)
                if planned.cut:
                    self.close_connection = True
                    return
                self.send_response(planned.status)
                for name, value in planned.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self) -> None:
                """Take what a redirect would lead to."""
                collector.arrived.append(Arrived(self.path, {}, None))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

        super().__init__(Handler, port, Leaving)

    @property
    def jobs(self) -> list[str]:
        """The jobs of the spans that arrived, in order."""
        return [
            next(each.value.string_value for each in span.attributes if each.key == "job_id")
            for arrived in self.arrived
            if arrived.path == "/v1/traces"
            for resource in arrived.message.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]
