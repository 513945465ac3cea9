"""All that the dashboard answers to: each path with its methods and their guards."""

import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel
from starlette.routing import Mount, compile_path

from app.inputs.fields import Input
from app.security.guards import ActionGuard, AnyGuard
from app.text.paths import segment

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
QUOTED = re.compile(r'"([a-z][a-z_0-9]*)"')


@dataclass(frozen=True)
class Place:
    """One path, filled in, and who guards which of its methods."""

    template: str
    path: str
    guards: dict[str, AnyGuard]
    falls_to: dict[str, AnyGuard]  # methods that a wider route takes: /rooms/{room}/…
    queries: frozenset[str]  # what its address may carry, and words that its route has in quotes
    models: tuple[type[BaseModel], ...]  # what its form may be read as: the declared model alone

    @property
    def action(self) -> ActionGuard | None:
        """The guard of its POST; None where it takes none."""
        guard = self.guards.get("POST")
        return guard if isinstance(guard, ActionGuard) else None


def guard_of(context: Any) -> AnyGuard | None:
    """Return the one declared guard of a route; None for a mount."""
    dependant = getattr(context, "dependant", None)
    calls = [d.call for d in dependant.dependencies] if dependant else []
    return next((call for call in calls if isinstance(call, AnyGuard)), None)


def places(app: FastAPI, **names: str) -> list[Place]:
    """Return every path of `app` that has guards, with these names in it, by their parameters."""
    guards: dict[str, dict[str, AnyGuard]] = {}
    queries: dict[str, set[str]] = {}
    models: dict[str, tuple[type[BaseModel], ...]] = {}
    for context in iter_route_contexts(app.routes):
        guard = guard_of(context)
        if isinstance(context.route, Mount) or guard is None:
            continue
        path = str(context.path)
        guards.setdefault(path, {}).update(dict.fromkeys(context.methods or (), guard))
        module = sys.modules[context.endpoint.__module__]
        read = [x for x in vars(module).values() if inspect.isclass(x) and issubclass(x, Input)]
        known = {name for model in read for name in model.model_fields}
        known |= {*QUOTED.findall(inspect.getsource(module)), *_asked(context.dependant)}
        queries.setdefault(path, set()).update(known)
        if isinstance(guard, ActionGuard):
            models[path] = (guard.form.model,) if guard.form else tuple(read)
    parts = {parameter: segment(name) for parameter, name in names.items()}
    return [
        Place(
            template,
            path := template.format(**parts),
            guards[template],
            _wider(template, path, guards),
            frozenset(queries[template]),
            models.get(template, ()),
        )
        for template in guards
    ]


def _asked(dependant: Dependant) -> Iterator[str]:
    yield from (parameter.alias for parameter in dependant.query_params)
    for dependency in dependant.dependencies:
        yield from _asked(dependency)


def _wider(template: str, path: str, guards: dict[str, dict[str, AnyGuard]]) -> dict[str, AnyGuard]:
    found: dict[str, AnyGuard] = {}
    for other, of_path in guards.items():
        if other != template and compile_path(other)[0].match(path):
            found |= {method: of_path[method] for method in of_path.keys() - guards[template]}
    return found
