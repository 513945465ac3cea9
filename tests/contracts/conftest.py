"""Every route of a real dashboard, asked by every kind of visitor with every method, once."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from app.security.permissions import ActionGuard, Public, does, sees
from app.security.roles import Permission
from dev.participants import Crowd
from dev.stack import Stack
from tests.contracts.surface import METHODS, Place, places
from tests.support.dashboard import Dashboard
from tests.support.visitor import Seen, Visitor

ROOM = f"walk/{secrets.token_hex(4)}"
IDENTITY = "ann & <bob>"
FOREIGN = "https://evil.example"


@dataclass(frozen=True)
class Answered:
    """What one kind of visitor was answered at one place."""

    who: str
    method: str
    place: Place
    seen: Seen

    def __str__(self) -> str:
        return f"{self.who}: {self.method} {self.place.path} -> {self.seen.status}"

    @property
    def guard(self) -> Any:
        """The guard of this method, HEAD being a GET; None where the path does not take it."""
        method = "GET" if self.method == "HEAD" else self.method
        return self.place.guards.get(method) or self.place.falls_to.get(method)


@pytest.fixture(scope="session")
def surface(dashboard: Dashboard, crowd: Crowd) -> Iterator[list[Place]]:
    """Every place of the dashboard, about a room that is open and somebody in it."""
    guest = crowd.join(ROOM, IDENTITY, audio=True)
    yield places(dashboard.app, ROOM, IDENTITY)
    guest.leave()


def ask(visitor: Visitor, method: str, place: Place, **headers: str) -> Seen:
    """Ask for one place, as a browser's form does where the method is POST."""
    data = {"csrf": headers.pop("token", "")} if method == "POST" else None
    if method == "POST":
        headers.setdefault("Origin", visitor.origin)
    return Seen(visitor.http.request(method, place.path, data=data, headers=headers))


@pytest.fixture(scope="session")
def walked(
    dashboard: Dashboard, start_dashboard: Callable[..., Dashboard], surface: list[Place]
) -> list[Answered]:
    """All answers: nobody with every method; the others with what is declared."""
    found = []
    nobody = dashboard.visitor(username=None)
    admin = dashboard.visitor()
    reader = start_dashboard(read_only=True).visitor()
    theirs = {"admin": admin, "reader": reader}
    for place in surface:
        for method in METHODS:
            found.append(Answered("nobody", method, place, ask(nobody, method, place)))
        for method, guard in place.guards.items():
            if not isinstance(guard, ActionGuard):
                found += [
                    Answered(w, method, place, ask(v, method, place)) for w, v in theirs.items()
                ]
                continue
            token = reader.token()
            found += [
                Answered("reader", method, place, ask(reader, method, place, token=token)),
                Answered("wrong", method, place, ask(admin, method, place, token="wrong")),
                Answered("without", method, place, ask(admin, method, place)),
                Answered(
                    "foreign",
                    method,
                    place,
                    ask(admin, method, place, token=admin.token(), Origin=FOREIGN),
                ),
            ]
    return found


def declared(answered: Answered) -> int:
    """Give the status that the declaration of the route promises this visitor."""
    guard = answered.guard
    if guard is None:
        return 405
    if isinstance(guard, Public):
        return 200
    if answered.who == "nobody":
        return 401
    if answered.who == "admin":
        return 200
    if answered.who == "reader":
        return 403 if guard.permission.writes else 200
    return 403


@pytest.fixture(scope="session")
def crashing(stack: Stack) -> Iterator[Dashboard]:
    """A dashboard with two routes that have a bug: a page, and an action."""

    async def crash() -> None:
        raise ZeroDivisionError("a bug")

    dashboard = Dashboard(
        livekit_url=stack.url,
        livekit_api_key=stack.api_key,
        livekit_api_secret=stack.api_secret,
    )
    read, write = sees(Permission.ROOMS_READ), does("test.crash", Permission.ROOMS_WRITE)
    dashboard.app.add_api_route("/crash", crash, dependencies=[read])
    dashboard.app.add_api_route("/crash-form", crash, methods=["POST"], dependencies=[write])
    yield dashboard.start()
    dashboard.stop()
