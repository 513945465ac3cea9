"""The description of the API (OpenAPI 3.1), generated from its routes."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from app import __version__
from app.security.guards import Guard
from app.web.api.problems import MEDIA, Problem

ABOUT = """\
What the dashboard shows and does, for programs. Times are in UTC (RFC 3339), durations in seconds.

Send an API token as `Authorization: Bearer lkd_…`, or as the password of HTTP Basic.
Lists are `{"items": […], "next": …}`: send `next` as `cursor` to get the next page, with the same
filters. Errors are `application/problem+json` (RFC 9457)."""
LIMIT = {
    "RateLimit": "What is left of the quota, and in how many seconds it is whole again.",
    "RateLimit-Policy": "The quota: requests per window of seconds.",
}
ERRORS = {
    "401": "The token is missing, wrong, expired or revoked.",
    "403": "The token may not do this.",
    "404": "It doesn't exist, or no longer.",
    "409": "Its current state doesn't permit this.",
    "422": "A value isn't accepted.",
    "429": "Too many requests: see Retry-After.",
    "503": "LiveKit, a worker or the dashboard's database doesn't respond.",
    "default": "Any other error.",
}
LONGEST_NAME = 1000  # characters, more than LiveKit accepts; much longer heads are dropped
NAMED = {
    "room": "The name of a room. Names other than letters, digits and `_@:.-` are written as `~` "
    "and the base64url of their UTF-8, without padding.",
    "identity": "The identity of a participant, written as names of rooms are.",
    "job": "The ID of an egress job.",
    "ingress": "The ID of an ingress.",
    "background_job": "The ID of a job in the background.",
    "recording": "The ID of a recording: of its egress job, a period, and its number.",
}


def described(routers: Sequence[APIRouter], server: str) -> dict[str, Any]:
    """Return the OpenAPI document of these routers; `server` is the dashboard's base path."""
    routes = [route for router in routers for route in router.routes]
    document = get_openapi(
        title="LiveKit Dashboard",
        version=__version__,
        description=ABOUT,
        routes=routes,
        servers=[{"url": server or "/"}],
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs", {}) | {"Problem": problem}
    for route in (route for route in routes if isinstance(route, APIRoute)):
        for method in route.methods or ():
            operation = document["paths"][route.path][method.lower()]
            operation["x-permission"] = _permission(route)
            _complete(operation, schemas)
    document["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "An API token."},
        "basic": {
            "type": "http",
            "scheme": "basic",
            "description": "The name of its owner, or none, and an API token as the password.",
        },
    }
    document["security"] = [{"token": []}, {"basic": []}]
    return document


def _permission(route: APIRoute) -> str:
    """Return the permission that the guard of a route requires."""
    guards = (each.dependency for each in route.dependencies)
    return next(str(guard.permission) for guard in guards if isinstance(guard, Guard))


def _complete(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Add what FastAPI doesn't know: errors, headers, and the parts of a body."""
    responses = operation["responses"]
    responses.pop("422", None)
    headers = {
        name: {"description": text, "schema": {"type": "string"}} for name, text in LIMIT.items()
    }
    for response in responses.values():
        response["headers"] = headers
        response["description"] = "OK"
    content = {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, text in ERRORS.items():
        responses[status] = {"description": text, "content": content}
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path" and parameter["name"] in NAMED:
            parameter["description"] = NAMED[parameter["name"]]
            parameter["schema"]["maxLength"] = LONGEST_NAME
    if "requestBody" in operation:
        body = operation["requestBody"]["content"]["application/json"]
        schema = body["schema"]
        if "title" in schema:
            schemas |= schema.get("$defs", {})
            name = schema["title"]
            schemas[name] = {key: value for key, value in schema.items() if key != "$defs"}
            body["schema"] = {"$ref": f"#/components/schemas/{name}"}
