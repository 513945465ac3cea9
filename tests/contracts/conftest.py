"""Every route of a real dashboard, asked by every kind of visitor with every method, once."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from app.security.accounts.guards import EntryGuard, OwnActionGuard, OwnGuard
from app.security.guards import ActionGuard, Public, Scraper, does, sees
from app.security.roles import Permission
from app.security.signed.uploads import SignedUpload
from app.security.signed.webhooks import Signed
from app.text.paths import room_path
from dev.participants import Crowd
from dev.stack import Stack
from tests.contracts.surface import METHODS, Place, places
from tests.support.dashboard import Dashboard, managing
from tests.support.stores import in_store
from tests.support.visitor import Seen, Visitor
from tests.support.world import people_of, world

ROOM = f"walk/{secrets.token_hex(4)}"
IDENTITY = "ann & <bob>"
FOREIGN = "https://evil.example"
# Actions with a required field that are part of other pages: no form is shown again.
FORMLESS = {"list.layout"}
# Pages that lead people who are signed in on to another.
LEADS_ON = {"/sign-in", "/sign-in-basic"}
# Pages that nobody sees without the key of a link.
KEYED = {"/invitation", "/reset"}
# Pages of a second step, and what they answer without the first; IP addresses have no passkeys.
UNPREPARED = {
    "/sign-in/code": 303,
    "/sign-in/code/challenge": 303,
    "/sign-in/passkey/challenge": 409,
}
METRICS_TOKEN = "the-metrics-token-of-the-contracts-0123"


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


@dataclass(frozen=True)
class Walk:
    """All answers, and the room's page once everybody was through."""

    answers: list[Answered]
    after: Seen


@pytest.fixture(scope="session")
def stored_in(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The DATABASE_URL of a file for all dashboards of the walks."""
    url = f"sqlite:///{tmp_path_factory.mktemp('store')}/dashboard.db"
    in_store(url, partial(people_of, name=IDENTITY))
    return url


@pytest.fixture(scope="session")
def everything(start_lasting: Callable[..., Dashboard], stored_in: str) -> Dashboard:
    """A dashboard with everything on that can be switched off."""
    return start_lasting(metrics_token=METRICS_TOKEN, database_url=stored_in)


@pytest.fixture(scope="session")
def surface(stack: Stack, everything: Dashboard, stored_in: str) -> Iterator[list[Place]]:
    """Every place of the dashboard, about one room, somebody in it, and one of everything."""
    with world(stack, ROOM, IDENTITY, stored_in) as there:
        yield places(everything.app, **there.names(IDENTITY))


def ask(visitor: Visitor, method: str, place: Place, **headers: str) -> Seen:
    """Ask for one place, as a browser's form does where the method is POST."""
    token = headers.pop("token", "")
    data = {"csrf": token} if method == "POST" else None
    if method in {"POST", "DELETE"}:
        headers.setdefault("Origin", visitor.origin)
    if method == "DELETE" and token:
        headers["X-CSRF-Token"] = token
    return Seen(visitor.http.request(method, place.path, data=data, headers=headers))


@pytest.fixture(scope="session")
def walk(
    everything: Dashboard,
    start_lasting: Callable[..., Dashboard],
    surface: list[Place],
    crowd: Crowd,
    stored_in: str,
) -> Walk:
    """Ask for everything: nobody with every method, the others with what is declared."""
    admin, nobody = everything.visitor(), everything.visitor(username=None)
    reader = start_lasting(
        read_only=True, metrics_token=METRICS_TOKEN, database_url=stored_in
    ).visitor()
    bearer: Any = {"Authorization": f"Bearer {METRICS_TOKEN}"}
    guest = crowd.join(ROOM, IDENTITY, audio=True, kind="sip")  # a call is a participant too
    found = []
    for place in surface:
        found += [Answered("nobody", m, place, ask(nobody, m, place)) for m in METHODS]
        for method, guard in place.guards.items():
            answered = partial(Answered, method=method, place=place)
            asked = partial(ask, method=method, place=place)
            if isinstance(guard, Scraper):
                found.append(answered("scraper", seen=asked(nobody, **bearer)))
            if not isinstance(guard, ActionGuard):
                found.append(answered("admin", seen=asked(admin)))
                found.append(answered("reader", seen=asked(reader)))
                if method == "GET":
                    found.append(Answered("admin", "HEAD", place, ask(admin, "HEAD", place)))
                continue
            found.append(answered("reader", seen=asked(reader, token=reader.token())))
            found.append(answered("wrong", seen=asked(admin, token="wrong")))
            found.append(answered("without", seen=asked(admin)))
            found.append(
                answered("foreign", seen=asked(admin, token=admin.token(), Origin=FOREIGN))
            )
    after = admin.get(room_path(ROOM))
    guest.leave()
    admin.post(room_path(ROOM, "delete"))
    return Walk(found, after)


@pytest.fixture(scope="session")
def walked(walk: Walk) -> list[Answered]:
    """Return the answers of the walk."""
    return walk.answers


def declared(answered: Answered) -> int:
    """Return the status that the declaration of the route promises this visitor."""
    guard = answered.guard
    if guard is None:
        return 405
    if isinstance(guard, EntryGuard):
        return 403  # a token that was made for a visitor is needed
    if answered.place.path in LEADS_ON and answered.who in {"admin", "reader"}:
        return 303
    if answered.place.path in UNPREPARED:
        return UNPREPARED[answered.place.path]
    if isinstance(guard, Public):
        return 410 if answered.place.path in KEYED else 200
    if answered.who == "scraper":
        return 200
    if answered.who == "nobody" or isinstance(guard, Scraper | Signed | SignedUpload):
        return 401
    if isinstance(guard, OwnGuard | OwnActionGuard):
        return 403  # HTTP Basic makes no session
    if answered.who == "admin":
        return 200
    if answered.who == "reader":
        if guard.permission.writes:
            return 403
        if isinstance(guard, ActionGuard) and guard.action in FORMLESS:
            return 422
        form = getattr(guard, "form", None)
        fields = form.model.model_fields.values() if form else ()
        return 422 if any(field.is_required() for field in fields) else 200  # none is filled in
    return 403


@pytest.fixture(scope="session")
def crashing(stack: Stack) -> Iterator[Dashboard]:
    """A dashboard with two routes that have a bug: a page, and an action."""

    async def crash() -> None:
        raise ZeroDivisionError("a bug")

    dashboard = Dashboard(**managing(stack))
    read, write = sees(Permission.ROOMS_READ), does("test.crash", Permission.ROOMS_WRITE)
    dashboard.app.add_api_route("/crash", crash, dependencies=[read])
    dashboard.app.add_api_route("/crash-form", crash, methods=["POST"], dependencies=[write])
    yield dashboard.start()
    dashboard.stop()
