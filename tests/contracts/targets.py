"""Where a page leads: its links, the forms that it can send, and what its scripts fetch."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urljoin, urlsplit

from starlette.routing import compile_path

from app.security.guards import AnyGuard
from tests.contracts.surface import Place
from tests.support.visitor import Seen

# Attributes with an address that is fetched, by their method; a form says its own method.
LINKS = {"href": "GET", "data-url": "GET", "data-hx-get": "GET", "data-hx-post": "POST"}


@dataclass(frozen=True)
class Target:
    """An address that a page leads to, and the method by which it does."""

    method: str
    address: str

    @property
    def path(self) -> str:
        """The address without its query."""
        return urlsplit(self.address).path

    @property
    def query(self) -> frozenset[str]:
        """The names in its query."""
        pairs = parse_qsl(urlsplit(self.address).query, keep_blank_values=True)
        return frozenset(name for name, _ in pairs)


def targets(page: Seen, address: str) -> list[Target]:
    """Return what the page at `address` leads to in this dashboard, static files left out."""
    addresses = ((method, urljoin(address, link)) for method, link in _written(page))
    return [
        Target(method, link.partition("#")[0])
        for method, link in dict.fromkeys(addresses)
        if link.startswith("/") and not link.startswith(("//", "/static/"))
    ]


def _written(page: Seen) -> Iterator[tuple[str, str]]:
    methods = {
        attributes["id"]: attributes.get("method", "get").upper()
        for attributes in page.all("form")
        if "id" in attributes
    }
    for tag, attributes in page.tags:
        for name, method in LINKS.items():
            if name in attributes:
                yield method, attributes[name]
        if tag == "form" and ("action" in attributes or "data-act" not in attributes):
            yield attributes.get("method", "get").upper(), attributes.get("action", "")
        if "formaction" in attributes:
            yield methods.get(attributes.get("form", ""), "POST"), attributes["formaction"]


def dead_controls(page: Seen) -> list[dict[str, str]]:
    """Return the controls whose form isn't on the page, and buttons of one that has no action."""
    forms = {attributes.get("id", ""): attributes for attributes in page.all("form")}
    return [
        attributes
        for tag, attributes in page.tags
        if "form" in attributes
        and (
            attributes["form"] not in forms
            or (
                tag == "button"
                and not {"action", "formaction"} & {*forms[attributes["form"]], *attributes}
            )
        )
    ]


class Routing:
    """Finds the place that takes a request, in the order of the routes."""

    def __init__(self, surface: list[Place]) -> None:
        self._patterns = [(compile_path(place.template)[0], place) for place in surface]

    def place(self, target: Target) -> Place | None:
        """Return the place that takes the request; None if no place does."""
        for pattern, place in self._patterns:
            if target.method in place.guards and pattern.match(target.path):
                return place
        return None

    def guard(self, target: Target) -> AnyGuard | None:
        """Return the guard of the request; None if no place takes it."""
        place = self.place(target)
        return place.guards[target.method] if place else None
