"""Guards: create_app refuses to start with a route or mount that does not say who may use it."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.websockets import WebSocket

from app.config.settings import Settings, load_settings
from app.labels.audit import ACTIONS, AREAS
from app.main import create_app
from app.routes.rooms import rooms
from app.security.accounts.guards import EntryGuard, OwnActionGuard
from app.security.guards import (
    ActionGuard,
    Public,
    Scraper,
    check_guards,
    does,
    public,
    sees,
)
from app.security.roles import ROLES, Permission, Role, User
from app.security.signed.uploads import SignedUpload
from app.security.signed.webhooks import Signed
from app.text.paths import API, LIVEKIT_HOOK, OBSERVABILITY
from tests.contracts.conftest import METRICS_TOKEN, UNPREPARED
from tests.contracts.surface import guard_of
from tests.contracts.tree import label, templates

READ = Permission.ROOMS_READ
WRITE = Permission.ROOMS_WRITE
CAN = re.compile(r"\bcan\(([^)]*)\)")


async def nothing() -> None:
    """Answer nothing."""


async def plain(request: Request) -> PlainTextResponse:
    """Answer as Starlette's own routes do."""
    return PlainTextResponse("")


async def socket(websocket: WebSocket) -> None:
    """Take nothing."""


@pytest.fixture(
    scope="module",
    params=[
        {},
        {
            "enable_sip": True,
            "metrics_token": METRICS_TOKEN,
            "database_url": "sqlite:////nowhere/x.db",
            "oidc_issuer": "https://id.example.com",
            "oidc_client_id": "dashboard",
        },
    ],
    ids=["as by default", "everything on"],
)
def settings(request: pytest.FixtureRequest) -> Settings:
    """Settings of a server that is never called."""
    return load_settings(
        **request.param,
        _env_file=None,
        livekit_url="ws://127.0.0.1:1",
        livekit_api_key="key",
        livekit_api_secret="secret",
        admin_password="password",
    )


@pytest.fixture
def app() -> FastAPI:
    """An application without any route."""
    return FastAPI(openapi_url=None)


WRONG: dict[str, Callable[[FastAPI], object]] = {
    "no declaration": lambda app: app.get("/bad")(nothing),
    "two declarations": lambda app: app.get("/bad", dependencies=[sees(READ), public()])(nothing),
    "the same twice": lambda app: app.get("/bad", dependencies=[sees(READ), sees(READ)])(nothing),
    "POST that only sees": lambda app: app.post("/bad", dependencies=[sees(WRITE)])(nothing),
    "PUT that only sees": lambda app: app.put("/bad", dependencies=[sees(WRITE)])(nothing),
    "DELETE for everybody": lambda app: app.delete("/bad", dependencies=[public()])(nothing),
    "POST beside GET": lambda app: app.api_route(
        "/bad", methods=["GET", "POST"], dependencies=[sees(READ)]
    )(nothing),
    "Starlette's route": lambda app: app.add_route("/bad", plain),
    "a web socket": lambda app: app.add_api_websocket_route("/bad", socket),
    "an undeclared mount": lambda app: app.mount("/bad", Starlette()),
    "a mount inside a router": lambda app: app.include_router(
        APIRouter(prefix="/bad", routes=[Mount("/bad/inside", Starlette())])
    ),
}


@pytest.mark.parametrize("add", WRONG.values(), ids=WRONG.keys())
def test_refuses_and_names_the_path(app: FastAPI, add: Callable[[FastAPI], object]) -> None:
    app.get("/good", dependencies=[sees(READ)])(nothing)
    add(app)
    with pytest.raises(RuntimeError, match="/bad") as refusal:
        check_guards(app)
    assert "/good" not in str(refusal.value)


def test_names_every_wrong_route_at_once(app: FastAPI) -> None:
    for path in ("/first", "/second"):
        app.get(path)(nothing)
    with pytest.raises(RuntimeError, match=r"(?s)/first.*/second"):
        check_guards(app)


def test_a_route_of_an_included_router_is_seen(app: FastAPI) -> None:
    router = APIRouter(prefix="/inner")
    router.get("/bad")(nothing)
    app.include_router(router, prefix="/outer")
    with pytest.raises(RuntimeError, match="/outer/inner/bad"):
        check_guards(app)


def test_lets_declared_routes_pass(app: FastAPI) -> None:
    app.get("/see", dependencies=[sees(READ)])(nothing)
    app.post("/do", dependencies=[does("room.test", WRITE)])(nothing)
    app.get("/open", dependencies=[public()])(nothing)
    app.mount("/static", Starlette())
    check_guards(app)


def test_create_app_itself_refuses(settings: Settings) -> None:
    rooms.router.add_api_route("/stray", nothing)
    try:
        with pytest.raises(RuntimeError, match="/stray"):
            create_app(settings)
    finally:
        rooms.router.routes.pop()
    assert create_app(settings)


def test_only_health_logout_static_and_metrics_need_no_sign_in(settings: Settings) -> None:
    contexts = list(iter_route_contexts(create_app(settings).routes))
    open_to_all = {c.path for c in contexts if isinstance(guard_of(c), Public)}
    entries = {"/sign-in", "/invitation", "/reset", *UNPREPARED}
    accounts = entries if settings.database_url else set()
    elsewhere = {"/sign-in/oidc", "/sign-in/oidc/callback"} if settings.oidc_issuer else set()
    assert open_to_all == {"/health", "/logout"} | accounts | elsewhere
    scraped = {c.path for c in contexts if isinstance(guard_of(c), Scraper)}
    assert scraped == ({"/metrics"} if settings.metrics_token else set())
    assert [c.path for c in contexts if isinstance(c.route, Mount)] == ["/static"]


def test_every_action_is_a_post_and_every_post_an_action(settings: Settings) -> None:
    contexts = [
        c
        for c in iter_route_contexts(create_app(settings).routes)
        if not isinstance(c.route, Mount)
    ]
    actions = [c for c in contexts if isinstance(guard_of(c), ActionGuard)]
    assert actions
    deleting = [c for c in actions if c.methods == {"DELETE"}]
    assert all(str(c.path).startswith(f"{API}/") for c in deleting)  # a form can't
    assert all(c.methods == {"POST"} for c in actions if c not in deleting)
    hooks = [c for c in contexts if isinstance(guard_of(c), Signed)]
    assert [c.path for c in hooks] == [LIVEKIT_HOOK]
    uploads = [c for c in contexts if isinstance(guard_of(c), SignedUpload)]
    assert all(str(c.path).startswith(f"{OBSERVABILITY}/") for c in uploads)
    assert bool(uploads) == bool(settings.database_url)
    received = [*hooks, *uploads]
    assert all(c in [*actions, *received] for c in contexts if "POST" in (c.methods or ()))


def test_every_action_has_a_name_and_changes_something(settings: Settings) -> None:
    guards = [guard_of(c) for c in iter_route_contexts(create_app(settings).routes)]
    actions = [guard for guard in guards if isinstance(guard, ActionGuard)]
    assert all("." in guard.action for guard in actions)
    # watching changes nothing, but it is recorded that they did; what is pasted to be
    # verified is posted to stay out of addresses; the browser keeps a time zone and a list's layout
    reading = {g.action for g in actions if not g.permission.writes}
    telephony = {"sip.route.pin"} if settings.enable_sip else set()
    everywhere = {"list.layout", "room.watch", "time.zone", "token.decode", "webhook.verify"}
    own = {g.action for g in actions if isinstance(g, EntryGuard | OwnActionGuard)}
    assert reading == everywhere | telephony | own


@pytest.mark.parametrize("permission", list(Permission))
def test_roles_hold_what_they_say(permission: Permission) -> None:
    assert User("a", Role.ADMIN).can(permission)
    seen_by_viewers = not permission.writes and permission not in {
        Permission.SETTINGS_READ,
        Permission.PERSONAL_READ,
        Permission.CONVERSATIONS_READ,
        Permission.RECORDINGS_READ,
        Permission.JOBS_READ,
        Permission.AUDIT_READ,
        Permission.ACCOUNTS_READ,
    }
    assert User("v", Role.VIEWER).can(permission) is seen_by_viewers
    assert User("a", Role.ADMIN, read_only=True).can(permission) is not permission.writes
    roles = [ROLES[r] for r in (Role.VIEWER, Role.SUPPORT, Role.OPERATOR, Role.ADMIN)]
    assert all(less < more for less, more in pairwise(roles))
    kept = permission in {
        Permission.TOKENS_CREATE,
        Permission.SIP_WRITE,
        Permission.PERSONAL_ERASE,
        Permission.CONVERSATIONS_MANAGE,
        Permission.RECORDINGS_MANAGE,
        Permission.AUDIT_READ,
        Permission.ACCOUNTS_READ,
        Permission.ACCOUNTS_WRITE,
    }
    assert User("o", Role.OPERATOR).can(permission) is not kept


def test_every_role_and_every_permission_is_in_the_table() -> None:
    assert set(ROLES) == set(Role)
    assert frozenset[Permission]().union(*ROLES.values()) == set(Permission)


def test_a_permission_counts_as_a_change_unless_it_is_listed_as_reading() -> None:
    reading = {permission for permission in Permission if not permission.writes}
    assert reading == {permission for permission in Permission if permission.endswith(".read")}


def test_templates_ask_only_for_permissions_that_exist() -> None:
    asked = [
        (label(path), argument)
        for path in templates()
        for argument in CAN.findall(path.read_text("utf-8"))
    ]
    assert len(asked) > 30
    quoted = {f'"{permission}"' for permission in Permission}
    assert [each for each in asked if each[1] not in quoted] == []


def test_every_action_has_a_name_and_an_area_in_the_audit(settings: Settings) -> None:
    contexts = list(iter_route_contexts(create_app(settings).routes))
    guards = [guard_of(each) for each in contexts if not isinstance(each.route, Mount)]
    actions = {guard.action for guard in guards if isinstance(guard, ActionGuard)}
    assert len(actions) > 30
    assert actions <= ACTIONS.keys()
    assert {action.partition(".")[0] for action in actions} <= AREAS.keys()
