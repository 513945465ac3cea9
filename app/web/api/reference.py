"""The description of the API as a page for people: plain rows made of the OpenAPI document."""

import shlex
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from app.web.api.description import ERRORS

METHODS = ("get", "post", "delete")


@dataclass(frozen=True, slots=True)
class Value:
    """A parameter, or a member of a body or of an answer."""

    name: str
    kind: str
    about: str
    is_required: bool = False
    where: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, with a command that tries it."""

    id: str
    method: str
    path: str
    title: str
    about: str
    parameters: tuple[Value, ...]
    body: tuple[Value, ...]
    status: str
    answer: tuple[Value, ...]
    is_list: bool
    permission: str
    example: str


def reference(document: dict[str, Any], at: str) -> dict[str, list[Operation]]:
    """Return the operations of a document by group; `at` is the address of the dashboard."""
    groups: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                found = _operation(document, at, path, method)
                groups.setdefault(methods[method]["tags"][0], []).append(found)
    return groups


def _operation(document: dict[str, Any], at: str, path: str, method: str) -> Operation:
    operation = document["paths"][path][method]
    title, _, about = operation["description"].partition("\n")
    status = next(code for code in operation["responses"] if code not in ERRORS)
    answered = _schema(document, operation["responses"][status])
    items = answered.get("properties", {}).get("items", {}).get("items")
    body = _schema(document, operation.get("requestBody", {}))
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        title=title,
        about=" ".join(about.split()),
        parameters=tuple(map(_parameter, operation.get("parameters", ()))),
        body=tuple(_members(document, body, body.get("required", ()))),
        status=status,
        answer=tuple(_members(document, _resolved(document, items) if items else answered)),
        is_list=items is not None,
        permission=operation["x-permission"],
        example=_example(at + path, method, body),
    )


def _schema(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a body or an answer; an empty one if it has none."""
    media = part.get("content", {}).get("application/json", {})
    return _resolved(document, media.get("schema", {}))


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    found: dict[str, Any] = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def _parameter(given: dict[str, Any]) -> Value:
    about = given.get("description", "").replace("`", "")
    return Value(given["name"], _kind(given["schema"]), about, given["required"], given["in"])


def _members(
    document: dict[str, Any], schema: dict[str, Any], required: Collection[str] = ()
) -> Iterator[Value]:
    for name, member in schema.get("properties", {}).items():
        about = member.get("description", "")
        yield Value(name, _kind(member, document), about, name in required)


def _kind(schema: dict[str, Any], document: dict[str, Any] | None = None) -> str:
    """Return in a few words what a value is."""
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind(one, document) for one in schema["anyOf"]))
    if "$ref" in schema and document:
        return _kind(_resolved(document, schema), document)
    if "enum" in schema or "const" in schema:
        return ", ".join(filter(None, map(str, schema.get("enum", [schema.get("const")]))))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}), document)}"
    if schema.get("type") == "object" and "properties" in schema:
        return "{" + ", ".join(schema["properties"]) + "}"
    if schema.get("format") == "date-time":
        return "time"
    return str(schema.get("type", "value"))


def _example(url: str, method: str, body: dict[str, Any]) -> str:
    """Return a curl command; names in braces are to be replaced."""
    words = ["curl", "-H", "Authorization: Bearer lkd_…"]
    if method != "get":
        words += ["-X", method.upper()]
    if body:
        members = ", ".join(f'"{name}": "…"' for name in body.get("required", ()))
        words += ["--json", "{" + members + "}"]
    return shlex.join([*words, url])
