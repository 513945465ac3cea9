"""Answers to uploads that failed, as OTLP has them: google.rpc.Status.

Source: OTLP specification 1.9, "OTLP/HTTP Response"; livekit-agents, telemetry/traces.py, which
sends a recording again only if the status has a RetryInfo.
"""

from google.protobuf import any_pb2, json_format
from google.rpc import (  # type: ignore[import-untyped]
    code_pb2,
    error_details_pb2,
    status_pb2,
)

from app.errors import DashboardError

RETRY_SECONDS = 2
UNAVAILABLE = 503  # what may be tried again
CODES = {
    400: code_pb2.INVALID_ARGUMENT,
    401: code_pb2.UNAUTHENTICATED,
    403: code_pb2.PERMISSION_DENIED,
    404: code_pb2.NOT_FOUND,
    408: code_pb2.DEADLINE_EXCEEDED,
    413: code_pb2.RESOURCE_EXHAUSTED,
    UNAVAILABLE: code_pb2.UNAVAILABLE,
}


def status_of(error: DashboardError, *, as_json: bool) -> bytes:
    """Return the status of an error, as protobuf or as JSON."""
    told = status_pb2.Status(
        code=CODES.get(error.status, code_pb2.INTERNAL),
        message=f"{error.reason} {error.advice}",
    )
    if error.status == UNAVAILABLE:
        retry = error_details_pb2.RetryInfo()
        retry.retry_delay.FromSeconds(RETRY_SECONDS)
        detail = any_pb2.Any()
        detail.Pack(retry)
        told.details.append(detail)
    if as_json:
        return json_format.MessageToJson(told, indent=None).encode()
    return bytes(told.SerializeToString())
