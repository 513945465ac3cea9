"""All that the dashboard answers to: each path with its methods and their guards."""

from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount, compile_path

from app.paths import segment
from app.security.permissions import Guard, Public

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


@dataclass(frozen=True)
class Place:
    """One path, filled in, and who guards which of its methods."""

    template: str
    path: str
    guards: dict[str, Guard | Public]
    falls_to: dict[str, Guard | Public]  # methods that a wider route takes: /rooms/{room}/…


def guard_of(context: Any) -> Guard | Public | None:
    """Give the one declared guard of a route; None for a mount."""
    dependant = getattr(context, "dependant", None)
    calls = [d.call for d in dependant.dependencies] if dependant else []
    return next((call for call in calls if isinstance(call, Guard | Public)), None)


def places(app: FastAPI, **names: str) -> list[Place]:
    """Give every path of `app` that has guards, with these names in it, by their parameters."""
    guards: dict[str, dict[str, Guard | Public]] = {}
    for context in iter_route_contexts(app.routes):
        guard = guard_of(context)
        if isinstance(context.route, Mount) or guard is None:
            continue
        of_path = guards.setdefault(str(context.path), {})
        of_path.update(dict.fromkeys(context.methods or (), guard))
    parts = {parameter: segment(name) for parameter, name in names.items()}
    paths = {template: template.format(**parts) for template in guards}
    return [
        Place(template, path, guards[template], _wider(template, path, guards))
        for template, path in paths.items()
    ]


def _wider(
    template: str, path: str, guards: dict[str, dict[str, Guard | Public]]
) -> dict[str, Guard | Public]:
    found: dict[str, Guard | Public] = {}
    for other, of_path in guards.items():
        if other != template and compile_path(other)[0].match(path):
            found |= {method: of_path[method] for method in of_path.keys() - guards[template]}
    return found
