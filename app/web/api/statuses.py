"""Errors of uploads, as OTLP has them: google.rpc.Status, in the encoding of the request.

Source: OTLP specification 1.9, "OTLP/HTTP Response"; livekit-agents, telemetry/traces.py, which
sends a recording again only if the status has a RetryInfo.
"""

from google.protobuf import any_pb2, json_format
from google.rpc import (  # type: ignore[import-untyped]
    code_pb2,
    error_details_pb2,
    status_pb2,
)
from starlette.requests import Request
from starlette.responses import Response

from app.errors import DashboardError

RETRY_SECONDS = 2
PROTOBUF = "application/x-protobuf"
JSON = "application/json"
CODES = {
    400: code_pb2.INVALID_ARGUMENT,
    401: code_pb2.UNAUTHENTICATED,
    403: code_pb2.PERMISSION_DENIED,
    404: code_pb2.NOT_FOUND,
    408: code_pb2.DEADLINE_EXCEEDED,
    413: code_pb2.RESOURCE_EXHAUSTED,
    503: code_pb2.UNAVAILABLE,
}


def status(request: Request, error: DashboardError, headers: dict[str, str]) -> Response:
    """Return an error as OTLP has it; it can be retried if it is ours, or a storage's."""
    told = status_pb2.Status(
        code=CODES.get(error.status, code_pb2.INTERNAL),
        message=f"{error.reason} {error.advice}",
    )
    if error.status == 503:
        retry = error_details_pb2.RetryInfo()
        retry.retry_delay.FromSeconds(RETRY_SECONDS)
        detail = any_pb2.Any()
        detail.Pack(retry)
        told.details.append(detail)
        headers = {"Retry-After": str(RETRY_SECONDS)} | headers
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == JSON:
        body = json_format.MessageToJson(told, indent=None)
        return Response(body, error.status, headers, media_type=JSON)
    return Response(told.SerializeToString(), error.status, headers, media_type=PROTOBUF)
