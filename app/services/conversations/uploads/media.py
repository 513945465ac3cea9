"""The media types of uploads, and of what answers them (OTLP specification 1.9, "OTLP/HTTP")."""

PROTOBUF = "application/x-protobuf"
JSON = "application/json"


def essence(content_type: str) -> str:
    """Return a media type without its parameters, in lower case (RFC 9110, 8.3.1)."""
    return content_type.partition(";")[0].strip().lower()
