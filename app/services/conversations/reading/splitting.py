"""Split a batch into what it says of each conversation: a worker's process may have had several.

The job's ID is an attribute of each record; a resource has that of the process's first job only
(livekit-agents, telemetry/traces.py).
"""

import gzip
import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from app.services.conversations import attributes
from app.services.conversations.attributes import text
from app.services.conversations.facts import Upload
from app.services.conversations.files import job_id
from app.services.conversations.reading.logs import read_record
from app.services.conversations.reading.metrics import read_point
from app.services.conversations.reading.redacting import attributes_of, mark, redact
from app.services.conversations.reading.traces import read_span
from app.services.conversations.states import Batch
from app.services.conversations.uploads.errors import UploadTooLarge, UploadWithoutJob
from app.services.conversations.uploads.unpacking import LARGEST_BATCH, Request, points

MOST_JOBS = 200  # in one batch
REDACTED = "lk.redaction.enabled"
SIMULATED = "lk.simulation.enabled"
COMPRESSION = 6

# What a record says of its conversation: attributes, and the columns that have them.
TEXTS = {
    "room_id": "room_sid",
    "lk.agent_name": "agent",
    "lk.deployment_id": "version",
}


@dataclass(slots=True)
class Record:
    """A record of a batch, with what its resource and scope say of it."""

    message: Any
    resource: Any
    scope: Any
    around: dict[str, Any]
    own: dict[str, Any]

    @property
    def said(self) -> dict[str, Any]:
        """All attributes; what is nearest to the record wins."""
        return self.around | self.own

    @property
    def job(self) -> str:
        """The ID of the job; empty if nothing says it."""
        return job_id(text(self.said, "job_id") or text(self.said, "lk.job_id"))


def split(request: Request, redacted: Collection[str] = ()) -> list[Upload]:
    """Return what a batch says of each conversation.

    `redacted` are jobs that are known to ask for redaction. Raises UploadTooLarge, and
    UploadWithoutJob if no record names a job.
    """
    jobs: dict[str, list[Record]] = {}
    for record in _records(request):
        if record.job:
            jobs.setdefault(record.job, []).append(record)
        if len(jobs) > MOST_JOBS:
            raise UploadTooLarge(f"A batch has records of at most {MOST_JOBS} jobs.")
    if len(jobs) * _shared_bytes(request) > LARGEST_BATCH:
        raise UploadTooLarge("What the records of several jobs share is too large.")
    if not jobs:
        raise UploadWithoutJob("No record has the attribute job_id.")
    return [_upload(request, job, found, job in redacted) for job, found in jobs.items()]


def _shared_bytes(request: Request) -> int:
    """Return the bytes of resources and scopes, which each conversation gets a copy of."""
    size = 0
    for resource, scopes in _resources(request):
        size += resource.resource.ByteSize() + sum(each.scope.ByteSize() for each, _ in scopes)
    return size


def _records(request: Request) -> Iterator[Record]:
    for resource, scopes in _resources(request):
        around = attributes.plain(resource.resource.attributes)
        for scope, messages in scopes:
            near = around | attributes.plain(scope.scope.attributes)
            for message in messages:
                if isinstance(request, ExportMetricsServiceRequest):
                    for point in points(message):
                        own = attributes.plain(point.attributes)
                        yield Record((message, point), resource, scope, near, own)
                else:
                    own = attributes.plain(message.attributes)
                    yield Record(message, resource, scope, near, own)


def _resources(request: Request) -> Iterator[tuple[Any, Iterable[tuple[Any, Any]]]]:
    """Yield each resource with its scopes, and each of these with its messages."""
    match request:
        case ExportTraceServiceRequest():
            for traces in request.resource_spans:
                yield traces, ((scope, scope.spans) for scope in traces.scope_spans)
        case ExportLogsServiceRequest():
            for logs in request.resource_logs:
                yield logs, ((scope, scope.log_records) for scope in logs.scope_logs)
        case ExportMetricsServiceRequest():
            for metrics in request.resource_metrics:
                yield metrics, ((scope, scope.metrics) for scope in metrics.scope_metrics)


def _upload(request: Request, job: str, found: list[Record], redacted: bool) -> Upload:
    upload = Upload(job=job, kind=_kind(request), records=len(found))
    upload.redacted = redacted or any(each.said.get(REDACTED) is True for each in found)
    upload.simulated = any(each.said.get(SIMULATED) is True for each in found)
    kept = _rebuilt(request, found)
    if upload.redacted:
        _redact(kept)
    content = kept.SerializeToString(deterministic=True)
    upload.digest = hashlib.sha256(content).hexdigest()[:32]
    upload.raw = gzip.compress(content, COMPRESSION, mtime=0)
    for each in _records(kept):
        _read(upload, each)
    if upload.redacted:
        mark(upload)
    return upload


def _kind(request: Request) -> Batch:
    match request:
        case ExportTraceServiceRequest():
            return Batch.TRACES
        case ExportLogsServiceRequest():
            return Batch.LOGS
        case _:
            return Batch.METRICS


def _rebuilt(request: Request, found: list[Record]) -> Request:
    """Return a request with these records only, each below its own resource and scope."""
    kept = type(request)()
    resources: dict[int, Any] = {}
    scopes: dict[int, Any] = {}
    metrics: dict[int, Any] = {}
    for each in found:
        resource = resources.get(id(each.resource))
        if resource is None:
            resource = resources[id(each.resource)] = _list(kept, "resource_").add()
            resource.resource.CopyFrom(each.resource.resource)
            resource.schema_url = each.resource.schema_url
        scope = scopes.get(id(each.scope))
        if scope is None:
            scope = scopes[id(each.scope)] = _list(resource, "scope_").add()
            scope.scope.CopyFrom(each.scope.scope)
            scope.schema_url = each.scope.schema_url
        if isinstance(each.message, tuple):
            metric, point = each.message
            copy = metrics.get(id(metric))
            if copy is None:
                copy = metrics[id(metric)] = scope.metrics.add()
                copy.CopyFrom(metric)
                del getattr(copy, copy.WhichOneof("data")).data_points[:]
            getattr(copy, copy.WhichOneof("data")).data_points.append(point)
        elif isinstance(kept, ExportTraceServiceRequest):
            scope.spans.append(each.message)
        else:
            scope.log_records.append(each.message)
    return kept


def _list(message: Any, prefix: str) -> Any:
    """Return the repeated field that a message of any signal has: resource_spans, scope_logs, …"""
    for field in message.DESCRIPTOR.fields:
        if field.name.startswith(prefix):
            return getattr(message, field.name)
    raise AssertionError(f"{message.DESCRIPTOR.name} has no {prefix}")


def _redact(request: Request) -> None:
    for resource, scopes in _resources(request):
        redact(resource.resource.attributes)
        for scope, messages in scopes:
            redact(scope.scope.attributes)
            for message in messages:
                is_metric = isinstance(request, ExportMetricsServiceRequest)
                for part in points(message) if is_metric else (message,):
                    for found in attributes_of(part):
                        redact(found)


def _read(upload: Upload, record: Record) -> None:
    for name, column in TEXTS.items():
        upload.says(column, text(record.said, name))
    # a line about another job that the worker wrote has the ID of this one, and the other's room
    upload.says("room", text(record.around, "room"))
    if upload.kind is Batch.TRACES:
        read_span(upload, record.message, record.own)
    elif upload.kind is Batch.LOGS:
        read_record(upload, record.message, record.own, record.scope.scope.name)
    else:
        metric, point = record.message
        read_point(upload, metric, point, record.own)
