"""Roles: each is answered everywhere as declared, and no page shows a role what it may not use."""

import base64
import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product

import pytest
from starlette.requests import Request

from app.errors import NotAllowed, TokenRefused
from app.security.basic_auth import CHALLENGE
from app.security.guards import ActionGuard, Guard, Public, Scraper
from app.security.roles import Role, User
from app.security.signed.uploads import SignedUpload
from app.security.signed.webhooks import Signed
from app.services.accounts.accounts import create
from dev.participants import Crowd
from dev.stack import Stack
from tests.contracts.conftest import KEYED, LEADS_ON, METRICS_TOKEN, UNPREPARED
from tests.contracts.surface import METHODS, Place, places
from tests.contracts.targets import Routing, Target, dead_controls, targets
from tests.support.dashboard import Dashboard
from tests.support.stores import in_store
from tests.support.visitor import Seen, Visitor
from tests.support.world import world

FACTORS = "/account/second-factor"
# What a page answers that asks for a proof first, or is about a passkey that nobody has.
UNPROVED = UNPREPARED | {
    "/account/confirm/challenge": 409,
    f"{FACTORS}/app": 303,
    f"{FACTORS}/app/remove": 303,
    f"{FACTORS}/codes": 303,
    f"{FACTORS}/passkeys/-/challenge": 403,
    f"{FACTORS}/passkeys/-/new": 303,
    f"{FACTORS}/passkeys/1/edit": 404,
    f"{FACTORS}/passkeys/1/remove": 303,
    f"{FACTORS}/password/remove": 303,
}
ROOM = f"roles/{secrets.token_hex(4)}"
IDENTITY = "ann & <bob>"
# What belongs to somebody else exists for nobody.
OWNED = {"/account/tokens/{token}/revoke"}


class ByName:
    """Signs in as the role that the user name is."""

    def challenge(self, request: Request) -> str:
        return CHALLENGE

    def __init__(self, read_only: bool, accounts: dict[str, int]) -> None:
        self.read_only = read_only
        self.accounts = accounts

    async def identify(self, request: Request) -> User | None:
        """Return the user; None without credentials."""
        _, _, encoded = request.headers.get("authorization", "").partition(" ")
        name = base64.b64decode(encoded).decode().partition(":")[0]
        if not name:
            return None
        return User(name, Role(name), self.read_only, account=self.accounts[name], session=1)


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
            case _ if self.place.path in LEADS_ON and method == "GET":
                return 303, False
            case _ if self.place.path in UNPROVED and method == "GET":
                return UNPROVED[self.place.path], False
            case Public():
                return (410 if self.place.path in KEYED else 200), False
            case Scraper() | Signed() | SignedUpload():
                return 401, False
            case Guard() if not self.user.can(guard.permission):
                return 403, True
        if self.place.template in OWNED:
            return (403 if isinstance(guard, ActionGuard) else 404), False
        if method in self.place.falls_to:
            return 404, False  # what stands for no name, such as "-", has no page
        return (403 if isinstance(guard, ActionGuard) else 200), False  # its token is wrong


@dataclass(frozen=True)
class Walk:
    """All answers to one user, and where the pages of that user lead."""

    user: User
    visitor: Visitor
    answers: list[Answer]
    routing: Routing

    @property
    def pages(self) -> Iterator[Answer]:
        """The pages that the user could open."""
        return (a for a in self.answers if (a.method, a.seen.status) == ("GET", 200))

    @property
    def leads(self) -> dict[Target, str]:
        """What the pages of the user lead to, each with the page that does."""
        return {
            target: answer.place.path
            for answer in self.pages
            for target in targets(answer.seen, answer.place.path)
        }


def ask(visitor: Visitor, method: str, place: Place) -> Seen:
    """Ask for one place; an action comes with a wrong token, so that nothing is done."""
    data = {"csrf": "wrong"} if method == "POST" else None
    headers = {"Origin": visitor.origin} if method == "POST" else {}
    return Seen(visitor.http.request(method, place.path, data=data, headers=headers))


@pytest.fixture(scope="module")
def dashboards(start_dashboard: Callable[..., Dashboard], stored_in: str) -> dict[bool, Dashboard]:
    """A dashboard that may change things and one that may not, by `read_only`."""
    accounts = {
        str(role): in_store(stored_in, partial(create, name=role, role=role)) for role in Role
    }
    return {
        read_only: start_dashboard(
            ByName(read_only, accounts),
            read_only=read_only,
            metrics_token=METRICS_TOKEN,
            database_url=stored_in,
        )
        for read_only in (False, True)
    }


@pytest.fixture(scope="module")
def every_place(
    stack: Stack, dashboards: dict[bool, Dashboard], crowd: Crowd, stored_in: str
) -> Iterator[list[Place]]:
    """Every place, about one room with somebody in it, and one of everything."""
    with world(stack, ROOM, IDENTITY, stored_in) as there:
        guest = crowd.join(ROOM, IDENTITY, audio=True, kind="sip")
        yield places(dashboards[False].app, **there.names(IDENTITY))
        guest.leave()


@pytest.fixture(
    scope="module",
    params=product((False, True), Role),
    ids=lambda user: f"{user[1]}{', READ_ONLY' if user[0] else ''}",
)
def walk(
    request: pytest.FixtureRequest, dashboards: dict[bool, Dashboard], every_place: list[Place]
) -> Walk:
    """Ask for everything as one user: each role, with and without READ_ONLY."""
    read_only, role = request.param
    user = User(role, role, read_only)
    visitor = dashboards[read_only].visitor(username=role)
    answers = [
        Answer(user, method, place, ask(visitor, method, place))
        for place, method in product(every_place, METHODS)
    ]
    return Walk(user, visitor, answers, Routing(every_place))


def test_every_role_is_answered_as_declared(walk: Walk) -> None:
    wrong = [str(a) for a in walk.answers if (a.seen.status, a.for_the_role) != a.declared]
    assert wrong == []


def test_the_walk_saw_everything(walk: Walk, every_place: list[Place]) -> None:
    assert len({a.place.template for a in walk.answers}) >= 70
    assert len({(a.place.template, a.method) for a in walk.answers}) == len(walk.answers)
    assert len(walk.answers) == len(every_place) * len(METHODS)
    assert TokenRefused.title != NotAllowed.title
    declared = {a.declared for a in walk.answers}
    everything = (walk.user.role, walk.user.read_only) == (Role.ADMIN, False)
    assert ((403, True) in declared) is not everything
    assert {(200, False), (401, False), (403, False), (405, False)} <= declared
    assert not everything or (404, False) in declared


def test_no_link_or_button_leads_to_a_refusal(walk: Walk) -> None:
    wrong = []
    assert len(walk.leads) > 80
    for target, page in walk.leads.items():
        guard = walk.routing.guard(target)
        if guard is None or (isinstance(guard, Guard) and not walk.user.can(guard.permission)):
            wrong.append(f"{page} -> {target}")
    assert wrong == []


def test_every_link_can_be_followed(walk: Walk) -> None:
    wrong = []
    followed = set()
    for target, page in walk.leads.items():
        place = walk.routing.place(target)
        kind = (place and place.template, target.query)
        # /logout would end the session of the walk
        public = isinstance(walk.routing.guard(target), Public)
        if target.method != "GET" or kind in followed or public:
            continue
        followed.add(kind)
        status = walk.visitor.get(target.address).status
        if status >= 400:
            wrong.append(f"{page} -> {target}: {status}")
    assert len(followed) > 40
    assert wrong == []


def test_every_control_has_its_form(walk: Walk) -> None:
    controls = [(str(a), dead_controls(a.seen)) for a in walk.pages]
    assert len(controls) > 20
    assert [(page, dead) for page, dead in controls if dead] == []


def test_read_only_leads_to_no_change(walk: Walk) -> None:
    guards = [walk.routing.guard(target) for target in walk.leads]
    writing = {g.permission for g in guards if isinstance(g, Guard) and g.permission.writes}
    assert bool(writing) is (walk.user.role is not Role.VIEWER and not walk.user.read_only)
