"""Roles: each is answered everywhere as declared, and no page shows a role what it may not use."""

import base64
import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

import pytest
from starlette.requests import Request

from app.errors import NotAllowed, TokenRefused
from app.security.basic_auth import CHALLENGE
from app.security.guards import ActionGuard, Guard, Public, Scraper
from app.security.roles import Role, User
from dev.participants import Crowd
from dev.stack import Stack
from tests.contracts.conftest import METRICS_TOKEN
from tests.contracts.surface import METHODS, Place, places
from tests.contracts.targets import Routing, Target, dead_controls, targets
from tests.support.dashboard import Dashboard
from tests.support.visitor import Seen, Visitor
from tests.support.world import world

ROOM = f"roles/{secrets.token_hex(4)}"
IDENTITY = "ann & <bob>"


class ByName:
    """Signs in as the role that the user name is."""

    challenge = CHALLENGE

    def __init__(self, read_only: bool) -> None:
        self.read_only = read_only

    async def identify(self, request: Request) -> User | None:
        """Return the user; None without credentials."""
        _, _, encoded = request.headers.get("authorization", "").partition(" ")
        name = base64.b64decode(encoded).decode().partition(":")[0]
        return User(name, Role(name), self.read_only) if name else None


@dataclass(frozen=True)
class Answer:
    """What a user was answered at one place."""

    user: User
    method: str
    place: Place
    seen: Seen

    def __str__(self) -> str:
        read_only = ", READ_ONLY" if self.user.read_only else ""
        refusal = " for the role" if self.for_the_role else ""
        status = f"{self.seen.status}{refusal}, not {self.declared}"
        return f"{self.user.role}{read_only}: {self.method} {self.place.path} -> {status}"

    @property
    def for_the_role(self) -> bool:
        """True if the user's role was refused; what a form's token lacks is another refusal."""
        error = json.loads(self.seen.headers.get("x-error", "{}"))
        return bool(error.get("title") == NotAllowed.title)

    @property
    def declared(self) -> tuple[int, bool]:
        """The status that the declarations promise, and if it is a refusal of the role."""
        method = "GET" if self.method == "HEAD" else self.method
        guard = self.place.guards.get(method) or self.place.falls_to.get(method)
        match guard:
            case None:
                return 405, False
            case Public():
                return 200, False
            case Scraper():
                return 401, False
            case Guard() if not self.user.can(guard.permission):
                return 403, True
        if method in self.place.falls_to:
            return 404, False  # what stands for no name, such as "-", has no page
        return (403 if isinstance(guard, ActionGuard) else 200), False  # its token is wrong


@dataclass(frozen=True)
class Walks:
    """All answers, and who went where."""

    answers: list[Answer]
    visitors: list[tuple[User, Visitor]]
    routing: Routing

    @property
    def pages(self) -> Iterator[Answer]:
        """The pages that each user could open."""
        return (a for a in self.answers if (a.method, a.seen.status) == ("GET", 200))

    def leads(self, user: User) -> dict[Target, str]:
        """Return what the pages of a user lead to, each with the page that does."""
        return {
            target: answer.place.path
            for answer in self.pages
            if answer.user == user
            for target in targets(answer.seen, answer.place.path)
        }


def ask(visitor: Visitor, method: str, place: Place) -> Seen:
    """Ask for one place; an action comes with a wrong token, so that nothing is done."""
    data = {"csrf": "wrong"} if method == "POST" else None
    headers = {"Origin": visitor.origin} if method == "POST" else {}
    return Seen(visitor.http.request(method, place.path, data=data, headers=headers))


@pytest.fixture(scope="module")
def walks(stack: Stack, start_dashboard: Callable[..., Dashboard], crowd: Crowd) -> Iterator[Walks]:
    """Ask for everything as every role, with and without READ_ONLY."""
    dashboards = [
        start_dashboard(ByName(read_only), read_only=read_only, metrics_token=METRICS_TOKEN)
        for read_only in (False, True)
    ]
    visitors = [
        (User(role, role, dashboard.settings.read_only), dashboard.visitor(username=role))
        for dashboard, role in product(dashboards, Role)
    ]
    with world(stack, ROOM, IDENTITY) as there:
        guest = crowd.join(ROOM, IDENTITY, audio=True, kind="sip")
        surface = places(dashboards[0].app, **there.names(IDENTITY))
        answers = [
            Answer(user, method, place, ask(visitor, method, place))
            for (user, visitor), place, method in product(visitors, surface, METHODS)
        ]
        yield Walks(answers, visitors, Routing(surface))
        guest.leave()


def test_every_role_is_answered_as_declared(walks: Walks) -> None:
    wrong = [str(a) for a in walks.answers if (a.seen.status, a.for_the_role) != a.declared]
    assert wrong == []


def test_the_walk_saw_everything(walks: Walks) -> None:
    assert len({a.place.template for a in walks.answers}) >= 70
    assert len({(a.user, a.place.template, a.method) for a in walks.answers}) == len(walks.answers)
    assert {a.user.role for a in walks.answers} == set(Role)
    assert TokenRefused.title != NotAllowed.title
    for user, _ in walks.visitors:
        mine = {a.declared for a in walks.answers if a.user == user}
        everything = (user.role, user.read_only) == (Role.ADMIN, False)
        assert ((403, True) in mine) is not everything
        assert {(200, False), (401, False), (403, False), (405, False)} <= mine
    assert (404, False) in {a.declared for a in walks.answers}


def test_no_link_or_button_leads_to_a_refusal(walks: Walks) -> None:
    wrong = []
    for user, _ in walks.visitors:
        leads = walks.leads(user)
        assert len(leads) > 80
        for target, page in leads.items():
            guard = walks.routing.guard(target)
            if guard is None or (isinstance(guard, Guard) and not user.can(guard.permission)):
                wrong.append(f"{user.role} {user.read_only=}: {page} -> {target}")
    assert wrong == []


def test_every_link_can_be_followed(walks: Walks) -> None:
    wrong = []
    for user, visitor in walks.visitors:
        followed = set()
        for target, page in walks.leads(user).items():
            place = walks.routing.place(target)
            kind = (place and place.template, target.query)
            # /logout would end the session of the walk
            public = isinstance(walks.routing.guard(target), Public)
            if target.method != "GET" or kind in followed or public:
                continue
            followed.add(kind)
            status = visitor.get(target.address).status
            if status >= 400:
                wrong.append(f"{user.role} {user.read_only=}: {page} -> {target}: {status}")
        assert len(followed) > 40
    assert wrong == []


def test_every_control_has_its_form(walks: Walks) -> None:
    controls = [(str(a), dead_controls(a.seen)) for a in walks.pages]
    assert len(controls) > 200
    assert [(page, dead) for page, dead in controls if dead] == []


def test_read_only_leads_to_no_change(walks: Walks) -> None:
    for user, _ in walks.visitors:
        guards = [walks.routing.guard(target) for target in walks.leads(user)]
        writing = {g.permission for g in guards if isinstance(g, Guard) and g.permission.writes}
        assert bool(writing) is (user.role is not Role.VIEWER and not user.read_only)
